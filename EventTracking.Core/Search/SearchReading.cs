using EventTracking.Core.Events;

namespace EventTracking.Core.Search;

/// <summary>One way to read what was searched for, and what it led to.</summary>
/// <param name="Kind">The kind of key.</param>
/// <param name="Entities">The entities whose events were looked up.</param>
/// <param name="Events">The events, newest first.</param>
/// <param name="More">Whether there may be more events than these.</param>
/// <param name="Reason">Why nothing was found, or what limits what was found; null if there is nothing to say.</param>
internal sealed record SearchReading(string Kind, IReadOnlyList<EntityKey> Entities, IReadOnlyList<EventSummary> Events, bool More, string? Reason);
