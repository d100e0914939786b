namespace EventTracking.Core.Events;

/// <summary>The reason in the history of an event that was released. It begins with the entity that the event waited for.</summary>
internal static class ReleaseReason
{
    private const string ByHand = "was waited for, and an operator released what waits";

    public static string Of(EntityKey dependency) => $"{dependency} is there or was looked up";

    /// <summary>Of a release by an operator, who does not know whether the entity is there.</summary>
    /// <param name="dependency">The entity.</param>
    /// <param name="why">Why, in the operator's words; null if the operator did not say.</param>
    public static string OfOperator(EntityKey dependency, string? why) => why is null ? $"{dependency} {ByHand}" : $"{dependency} {ByHand}: {why}";

    public static bool IsOf(EntityKey dependency, string reason) => reason.StartsWith($"{dependency} ", StringComparison.Ordinal);

    public static bool IsOfOperator(EntityKey dependency, string? reason) => reason?.StartsWith($"{dependency} {ByHand}", StringComparison.Ordinal) is true;
}
