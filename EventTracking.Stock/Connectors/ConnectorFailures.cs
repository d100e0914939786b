using System.Globalization;
using System.Text;
using EventTracking.Core.Secrets;
using Polly.CircuitBreaker;
using Polly.RateLimiting;
using Polly.Timeout;

namespace EventTracking.Stock.Connectors;

/// <summary>
/// Words for what can go wrong with a call: method, host and path, never the request's headers or body, so that no token can
/// get into a log or a record. What the other side said of its refusal is kept as the cause.
/// </summary>
internal sealed class ConnectorFailures(string connector, HttpRequestMessage request, SecretRedactor redactor)
{
    public const string Throttled = "/throttled";
    private const int MaxBodyLength = 300;
    private const int MaxBytesRead = 64 * 1024;

    // Taken now: a handler further in may send the request elsewhere.
    private readonly string call = $"{request.Method} {request.RequestUri?.Host}{request.RequestUri?.AbsolutePath}";

    public ConnectorException Throttle(HttpResponseMessage response, byte[] body, TimeSpan? retryAfter) =>
        new($"{call} was throttled (HTTP {Text((int)response.StatusCode)}){After(retryAfter)}.", connector + Throttled, transient: true, Said(response, body)) { RetryAfter = retryAfter };

    public ConnectorException Status(HttpResponseMessage response, byte[] body, TimeSpan? retryAfter)
    {
        var status = (int)response.StatusCode;
        var transient = status is 408 or >= 500;
        return new ConnectorException($"{call} was answered with HTTP {Text(status)}.", $"{connector}/http-{Text(status)}", transient, Said(response, body))
        {
            RetryAfter = transient ? retryAfter : null,
        };
    }

    public ConnectorException Unreachable(Exception cause) =>
        new($"{call} could not be reached or broke off.", connector + "/unreachable", transient: true, cause);

    public ConnectorException TimedOut(TimeoutRejectedException cause) =>
        new($"{call} was not answered within {Seconds(cause.Timeout)} s.", connector + "/timeout", transient: true, cause);

    public ConnectorException CircuitOpen(BrokenCircuitException cause) =>
        new($"{call} was not tried, since calls before it failed{After(cause.RetryAfter)}.", connector + "/circuit-open", transient: true, cause)
        {
            RetryAfter = cause.RetryAfter,
        };

    public ConnectorException OverBudget(RateLimiterRejectedException cause) =>
        new($"{call} was not tried, since this process has used up its calls{After(cause.RetryAfter)}.", connector + "/rate-limited", transient: true, cause)
        {
            RetryAfter = cause.RetryAfter,
        };

    private HttpRequestException Said(HttpResponseMessage response, byte[] body)
    {
        // Masked before it is cut, since half a secret would not be recognised.
        var text = redactor.Redact(Encoding.UTF8.GetString(body, 0, Math.Min(body.Length, MaxBytesRead))).ReplaceLineEndings(" ").Trim();
        text = text.Length <= MaxBodyLength ? text : text[..MaxBodyLength];
        return new HttpRequestException($"HTTP {Text((int)response.StatusCode)} {response.ReasonPhrase}: {(text.Length == 0 ? "(no body)" : text)}", null, response.StatusCode);
    }

    private static string After(TimeSpan? wait) => wait is { } time ? $"; again in {Seconds(time)} s" : "";

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.##", CultureInfo.InvariantCulture);

    private static string Text(int status) => status.ToString(CultureInfo.InvariantCulture);
}
