namespace EventTracking.Core.Functions;

/// <summary>A failure of a function that states whether another attempt may help.</summary>
/// <param name="message">What is wrong, for an operator; without secrets.</param>
/// <param name="code">A stable code, e.g. <c>shopify/throttled</c>. It is part of the fingerprint.</param>
/// <param name="transient">If true, the event is retried with backoff; if false, it fails at once.</param>
/// <param name="innerException">The cause.</param>
public class FunctionException(string message, string code, bool transient, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>A stable code, e.g. <c>shopify/throttled</c>.</summary>
    public string Code { get; } = code;

    /// <summary>Whether another attempt may help.</summary>
    public bool Transient { get; } = transient;

    /// <summary>How long the called system asked to wait before the next call; null if it did not ask. The next attempt starts no earlier, up to an hour.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
