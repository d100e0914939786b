namespace EventTracking.Core.Events;

/// <summary>A place in a list of events.</summary>
/// <param name="UpdatedAt">The time, in a list by <see cref="EventOrder.Updated"/>; otherwise null.</param>
/// <param name="Id">The id, which need not be that of an event.</param>
internal readonly record struct EventPosition(DateTimeOffset? UpdatedAt, EventId Id) : IComparable<EventPosition>
{
    public static EventPosition Of(EventSummary summary, EventOrder order) =>
        new(order == EventOrder.Updated ? summary.UpdatedAt : null, summary.Event.Id);

    /// <summary>The place of the events from this time on, which lies below all of them and above all earlier ones.</summary>
    public static EventPosition FirstAt(DateTimeOffset time, EventOrder order) =>
        order == EventOrder.Updated ? new(time, default) : new(null, EventId.FirstAt(time));

    public int CompareTo(EventPosition other) =>
        Nullable.Compare(UpdatedAt, other.UpdatedAt) is var byTime and not 0 ? byTime : Id.CompareTo(other.Id);
}
