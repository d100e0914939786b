namespace EventTracking.Core.Functions;

/// <summary>The events for which the current flow of execution calls other systems: the one that a handler runs for, or those that share a call.</summary>
internal static class CallScope
{
    private static readonly AsyncLocal<IReadOnlyList<EventContext>?> Events = new();

    public static IReadOnlyList<EventContext> Current => Events.Value ?? [];

    /// <summary>What the current flow of execution starts from now on is for these events. It ends with the asynchronous method that called this.</summary>
    public static void Begin(IReadOnlyList<EventContext> events) => Events.Value = events;
}
