namespace EventTracking.Core.Events;

/// <summary>The reason in the history of an event that was released. It begins with the entity that the event waited for.</summary>
internal static class ReleaseReason
{
    public static string Of(EntityKey dependency) => $"{dependency} is there or was looked up";

    public static bool IsOf(EntityKey dependency, string reason) => reason.StartsWith($"{dependency} ", StringComparison.Ordinal);
}
