namespace EventTracking.Core.Events;

/// <summary>The failure of an event whose first work item was lost before any function received it.</summary>
internal static class LostItemFailure
{
    public const string Code = "work-item-lost";

    /// <summary>Composes the failure for the event's record.</summary>
    /// <param name="function">The function that the item was for.</param>
    public static Failure FailureOf(string function) => new(
        Code,
        Code,
        "The work item of the event was lost before its function received it, and the payload with it, so the event cannot be replayed. Have the source send it again, or compare what the event is about with the source. Should the item come after all, the event runs.",
        [],
        null,
        null,
        Fingerprint.Of(function, Code),
        Transient: false);
}
