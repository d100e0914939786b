namespace EventTracking.Core.Backends.Aws.Calls;

/// <summary>
/// Limits how long a call may take. The SDK's own time-out applies to a single try and ends when the response headers
/// arrive, so a stalled body would be awaited forever; this limit covers all tries of a call together.
/// </summary>
internal sealed record CallLimit(TimeSpan OneTry)
{
    /// <summary>Retries after the first try.</summary>
    public const int Retries = 3;

    /// <summary>The SDK's pauses between tries: at most one, two and four seconds, with some slack.</summary>
    private static readonly TimeSpan Pauses = TimeSpan.FromSeconds(10);

    public static CallLimit Usual { get; } = new(TimeSpan.FromSeconds(3));

    /// <summary>S3 gets more time because it carries payloads.</summary>
    public static CallLimit Payload { get; } = new(TimeSpan.FromSeconds(10));

    /// <summary>A long poll returns after up to 20 seconds; a webhook could not wait that long for its message to be sent.</summary>
    public static CallLimit LongPoll { get; } = new(TimeSpan.FromSeconds(25));

    public TimeSpan AllTries => (OneTry * (Retries + 1)) + Pauses;
}
