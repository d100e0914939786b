using System.Globalization;
using System.Text;
using EventTracking.Core.Secrets;
using Polly.CircuitBreaker;
using Polly.RateLimiting;
using Polly.Timeout;

namespace EventTracking.Stock.Connectors;

/// <summary>
/// Composes the exceptions of failed calls. Messages name the method, host and path, but never the request's headers or body,
/// so that a token cannot get into a log or a record. The response of the called system is kept as the cause.
/// </summary>
internal sealed class ConnectorFailures(string connector, HttpRequestMessage request, SecretRedactor redactor)
{
    public const string Throttled = "/throttled";
    private const int MaxBodyLength = 300;
    private const int MaxBytesRead = 64 * 1024;

    // Compose the text now, because an inner handler may change the request's address.
    private readonly string call = $"{request.Method} {request.RequestUri?.Host}{request.RequestUri?.AbsolutePath}";

    public ConnectorException Throttle(HttpResponseMessage response, byte[] body, TimeSpan? retryAfter) =>
        new($"{call} was throttled (HTTP {Text((int)response.StatusCode)}){After(retryAfter)}.", connector + Throttled, transient: true, Said(response, body)) { RetryAfter = retryAfter };

    public ConnectorException Status(HttpResponseMessage response, byte[] body, TimeSpan? retryAfter)
    {
        var status = (int)response.StatusCode;
        var transient = status is 408 or >= 500;
        return new ConnectorException($"{call} failed with HTTP {Text(status)}.", $"{connector}/http-{Text(status)}", transient, Said(response, body))
        {
            RetryAfter = transient ? retryAfter : null,
        };
    }

    public ConnectorException Unreachable(Exception cause) =>
        new($"{call} failed: the host could not be reached or the connection was lost.", connector + "/unreachable", transient: true, cause);

    public ConnectorException TimedOut(TimeoutRejectedException cause) =>
        new($"{call} timed out after {Seconds(cause.Timeout)} s.", connector + "/timeout", transient: true, cause);

    public ConnectorException CircuitOpen(BrokenCircuitException cause) =>
        new($"{call} was not sent because too many earlier calls failed{After(cause.RetryAfter)}.", connector + "/circuit-open", transient: true, cause)
        {
            RetryAfter = cause.RetryAfter,
        };

    public ConnectorException OverBudget(RateLimiterRejectedException cause) =>
        new($"{call} was not sent because this process has used up its calls per minute{After(cause.RetryAfter)}.", connector + "/rate-limited", transient: true, cause)
        {
            RetryAfter = cause.RetryAfter,
        };

    private HttpRequestException Said(HttpResponseMessage response, byte[] body)
    {
        // Mask secrets before cutting the text, because half a secret would not be recognized.
        var text = redactor.Redact(Encoding.UTF8.GetString(body, 0, Math.Min(body.Length, MaxBytesRead))).ReplaceLineEndings(" ").Trim();
        text = text.Length <= MaxBodyLength ? text : text[..MaxBodyLength];
        return new HttpRequestException($"HTTP {Text((int)response.StatusCode)} {response.ReasonPhrase}: {(text.Length == 0 ? "(no body)" : text)}", null, response.StatusCode);
    }

    private static string After(TimeSpan? wait) => wait is { } time ? $"; retry after {Seconds(time)} s" : "";

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.##", CultureInfo.InvariantCulture);

    private static string Text(int status) => status.ToString(CultureInfo.InvariantCulture);
}
