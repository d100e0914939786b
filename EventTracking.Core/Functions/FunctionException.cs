namespace EventTracking.Core.Functions;

/// <summary>A failure that says of itself whether another attempt may help.</summary>
/// <param name="message">For an operator; without secrets.</param>
/// <param name="code">A stable code, e.g. <c>shopify/throttled</c>: part of the fingerprint.</param>
/// <param name="transient">True: retried with backoff. False: the event fails at once.</param>
/// <param name="innerException">The cause.</param>
public class FunctionException(string message, string code, bool transient, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>A stable code, e.g. <c>shopify/throttled</c>.</summary>
    public string Code { get; } = code;

    /// <summary>Whether another attempt may help.</summary>
    public bool Transient { get; } = transient;

    /// <summary>How long the other side asked to be left alone, if it did. The next attempt starts no earlier, up to an hour.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
