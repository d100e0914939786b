namespace EventTracking.Core.Resilience;

/// <summary>
/// A store could not be reached or refused to write. Nothing was promised, so the caller may try again;
/// over HTTP it becomes a 503 with <c>Retry-After</c>.
/// </summary>
/// <param name="message">What did not answer, for an operator.</param>
/// <param name="innerException">The cause.</param>
public sealed class StoreUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>How long a caller should wait before the next try. 5 s by default.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(5);
}
