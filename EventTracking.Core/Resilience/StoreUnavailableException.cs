namespace EventTracking.Core.Resilience;

/// <summary>
/// A store could not be reached or refused to write. Nothing is guaranteed to be stored, so the caller may try again.
/// The HTTP API responds with 503 and <c>Retry-After</c>.
/// </summary>
/// <param name="message">What did not respond, for an operator.</param>
/// <param name="innerException">The cause.</param>
public sealed class StoreUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>How long the caller should wait before it tries again. 5 s by default.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(5);
}
