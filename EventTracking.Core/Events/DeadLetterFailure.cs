namespace EventTracking.Core.Events;

/// <summary>How an event ends whose work item became a dead letter, the same in every store.</summary>
internal static class DeadLetterFailure
{
    public const string Code = "dead-letter";

    /// <summary>The failure that its record tells.</summary>
    /// <param name="function">The function whose item it was.</param>
    /// <param name="receives">How often the item was received.</param>
    /// <param name="step">The last step that was reached.</param>
    public static Failure FailureOf(string function, int receives, string? step) => new(
        Code,
        Code,
        $"The work item was received {receives} times without coming to an end, and is a dead letter now. A replay sends the event again.",
        [],
        step,
        null,
        Fingerprint.Of(function, Code, null, Code),
        Transient: true);
}
