using System.Globalization;
using EventTracking.Core.Secrets;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace EventTracking.Stock.Connectors;

/// <summary>
/// Composes the exceptions of failed calls. Messages name the method, host and path, and the code and words of the called system,
/// but never the request's headers or body, so that a token cannot get into a log or a record. The response is kept as the cause.
/// </summary>
internal sealed class ConnectorFailures(string connector, HttpRequestMessage request, SecretRedactor redactor)
{
    private const string Throttled = "/throttled";

    /// <summary>The name of the operation within the address that the request calls.</summary>
    public static readonly HttpRequestOptionsKey<string> Operation = new("connector.operation");

    private const int MaxBodyLength = 300;
    private const int MaxWordsLength = 600;
    private const int MaxErrors = 3;
    private const int MaxPathLength = 150;

    // Compose the text now, because an inner handler may change the request's address.
    private readonly string call = $"{request.Method} {request.RequestUri?.Host}{Short(request.RequestUri?.AbsolutePath)}{(request.Options.TryGetValue(Operation, out var name) ? $" ({name})" : "")}";

    public ConnectorException Throttle(HttpResponseMessage response, RemoteBody body, TimeSpan? retryAfter) =>
        new($"{call} was throttled (HTTP {Text((int)response.StatusCode)}){Words(body)}{After(retryAfter)}.", connector + Throttled, transient: true, Said(response, body))
        {
            RetryAfter = retryAfter,
            IsThrottle = true,
        };

    public ConnectorException Refused(HttpResponseMessage response, RemoteBody body, Refusal refusal, TimeSpan? retryAfter)
    {
        var what = response.IsSuccessStatusCode ? $"was refused in an HTTP {Text((int)response.StatusCode)}" : $"failed with HTTP {Text((int)response.StatusCode)}";
        var meaning = refusal.Meaning is { } text ? $" ({text}{Moved(response)})" : "";
        return new ConnectorException($"{call} {what}{meaning}{Words(body)}{After(retryAfter)}.", $"{connector}/{refusal.Code}", refusal.Transient, Said(response, body))
        {
            RetryAfter = retryAfter,
            IsOutage = refusal.IsOutage,
        };
    }

    public ConnectorException Unreachable(Exception cause) =>
        new($"{call} failed: the host could not be reached or the connection was lost.", connector + "/unreachable", transient: true, cause) { IsOutage = true };

    public ConnectorException TimedOut(TimeoutRejectedException cause) =>
        new($"{call} timed out after {Seconds(cause.Timeout)} s.", connector + "/timeout", transient: true, cause);

    public ConnectorException CircuitOpen(BrokenCircuitException cause) =>
        new($"{call} was not sent because too many earlier calls failed{After(cause.RetryAfter)}.", connector + "/circuit-open", transient: true, cause)
        {
            RetryAfter = cause.RetryAfter,
        };

    private HttpRequestException Said(HttpResponseMessage response, RemoteBody body)
    {
        var text = Limit(body.Text, MaxBodyLength);
        return new HttpRequestException($"HTTP {Text((int)response.StatusCode)} {response.ReasonPhrase}: {(text.Length == 0 ? "(no body)" : text)}", null, response.StatusCode);
    }

    private string Words(RemoteBody body)
    {
        var words = body.Words;
        if (words.Count == 0)
        {
            return "";
        }

        var more = words.Count > MaxErrors ? $"; and {Text(words.Count - MaxErrors)} more" : "";
        var each = MaxWordsLength / Math.Min(words.Count, MaxErrors);
        return $": {string.Join("; ", words.Take(MaxErrors).Select(error => Limit(error.ToString(), each).TrimEnd('.')))}{more}";
    }

    /// <summary>Where a redirect leads, without its query, which may hold a token.</summary>
    private string Moved(HttpResponseMessage response) => response.Headers.Location switch
    {
        { IsAbsoluteUri: true } address => $" to {Limit(address.GetLeftPart(UriPartial.Path), MaxPathLength)}",
        _ => "",
    };

    // A path that names 200 products would leave no room for the reason.
    private static string? Short(string? path) => path is { Length: > MaxPathLength } ? path[..MaxPathLength] + "…" : path;

    // Mask secrets before cutting the text, because half a secret would not be recognized.
    private string Limit(string text, int length)
    {
        text = redactor.Redact(text).ReplaceLineEndings(" ").Trim();
        return text.Length <= length ? text : text[..length];
    }

    private static string After(TimeSpan? wait) => wait is { } time ? $"; retry after {Seconds(time)} s" : "";

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.##", CultureInfo.InvariantCulture);

    private static string Text(int status) => status.ToString(CultureInfo.InvariantCulture);
}
