namespace EventTracking.Core.Events;

/// <summary>Where an event stands. The numbers are stored: never renumber.</summary>
public enum EventStatus
{
    /// <summary>Durable and on its queue; also again after a replay or a release.</summary>
    Queued = 0,

    /// <summary>An attempt holds the lease.</summary>
    Processing = 1,

    /// <summary>Done.</summary>
    Succeeded = 2,

    /// <summary>Newer data was applied already.</summary>
    Superseded = 3,

    /// <summary>Nothing to do, e.g. no function for its topic.</summary>
    Ignored = 4,

    /// <summary>An entity it needs is not there yet.</summary>
    Waiting = 5,

    /// <summary>Failed, and goes back to its queue with backoff.</summary>
    Retrying = 6,

    /// <summary>A permanent error, or all attempts used up.</summary>
    Failed = 7,

    /// <summary>Put aside by an operator.</summary>
    Dismissed = 8,
}
