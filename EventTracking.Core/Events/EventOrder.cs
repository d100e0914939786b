namespace EventTracking.Core.Events;

/// <summary>The time by which a list of events is ordered. Of events with the same time, the one with the larger id comes first.</summary>
internal enum EventOrder
{
    /// <summary>When the source triggered the event, which is the time in its id.</summary>
    Triggered,

    /// <summary>When the event got its status: when it failed, began to wait, or began to wait for its retry.</summary>
    Updated,
}
