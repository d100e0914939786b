namespace EventTracking.Core.Events;

/// <summary>The status of an event. The numbers are stored, so they must never change.</summary>
public enum EventStatus
{
    /// <summary>The event is durable and on its queue. A replay or a release sets it back to this status.</summary>
    Queued = 0,

    /// <summary>An attempt holds the event's lease.</summary>
    Processing = 1,

    /// <summary>The function did its work.</summary>
    Succeeded = 2,

    /// <summary>Newer data has already been applied.</summary>
    Superseded = 3,

    /// <summary>There was nothing to do, e.g. because no function handles the topic.</summary>
    Ignored = 4,

    /// <summary>The event needs an entity that does not exist yet.</summary>
    Waiting = 5,

    /// <summary>The last attempt failed; the event runs again after a backoff.</summary>
    Retrying = 6,

    /// <summary>The last attempt failed permanently, or all attempts are used up.</summary>
    Failed = 7,

    /// <summary>An operator dismissed the event.</summary>
    Dismissed = 8,

    /// <summary>A newer version of the product gave the event a status that this one does not know. It is never stored, and nothing changes such an event.</summary>
    Unknown = -1,
}
