namespace EventTracking.Core.Events;

/// <summary>The failure of an event whose work item became a dead letter, the same in every store.</summary>
internal static class DeadLetterFailure
{
    public const string Code = "dead-letter";

    /// <summary>Composes the failure for the event's record.</summary>
    /// <param name="function">The function that the item was for.</param>
    /// <param name="receives">How often the item was received.</param>
    /// <param name="step">The last step that was reached.</param>
    public static Failure FailureOf(string function, int receives, string? step) => new(
        Code,
        Code,
        $"The work item was received {receives} times without completing and was dead-lettered. Replay the event to send it again.",
        [],
        step,
        null,
        Fingerprint.Of(function, Code),
        Transient: true);
}
