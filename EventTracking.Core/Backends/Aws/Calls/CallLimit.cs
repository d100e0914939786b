namespace EventTracking.Core.Backends.Aws.Calls;

/// <summary>
/// How long a call may take. The SDK's own time-out is for one try and ends with the head of an answer, so a body that stalls
/// would be waited for without end: all tries together have a limit of their own.
/// </summary>
internal sealed record CallLimit(TimeSpan OneTry)
{
    /// <summary>Further tries after the first.</summary>
    public const int Retries = 3;

    /// <summary>Between its tries the SDK waits for one, two and four seconds at most.</summary>
    private static readonly TimeSpan Pauses = TimeSpan.FromSeconds(10);

    public static CallLimit Usual { get; } = new(TimeSpan.FromSeconds(3));

    /// <summary>S3 gets more, since it carries payloads.</summary>
    public static CallLimit Payload { get; } = new(TimeSpan.FromSeconds(10));

    /// <summary>A long poll is answered after up to 20 seconds; no webhook could wait so long for its message to be sent.</summary>
    public static CallLimit LongPoll { get; } = new(TimeSpan.FromSeconds(25));

    public TimeSpan AllTries => (OneTry * (Retries + 1)) + Pauses;
}
