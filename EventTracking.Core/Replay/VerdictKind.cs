namespace EventTracking.Core.Replay;

/// <summary>What a plan says about an event. The numbers are stored, so they must never change.</summary>
internal enum VerdictKind
{
    /// <summary>The job replays the event, or dismisses it if that is what the job does.</summary>
    Go = 0,

    /// <summary>The event has ended without a failure, or a later event of the same entity and function has succeeded.</summary>
    Moot = 1,

    /// <summary>A newer event in the same plan notifies of the same entity, and its run covers this event.</summary>
    Superseded = 2,

    /// <summary>The event waits for an entity, whose arrival releases it.</summary>
    Waiting = 3,

    /// <summary>The event is queued or running.</summary>
    InProgress = 4,

    /// <summary>Something has happened to the event since the plan was made.</summary>
    Changed = 5,

    /// <summary>The retention period of the payload has passed, so there is nothing to send.</summary>
    PayloadExpired = 6,

    /// <summary>The event's function does not exist any more, and its topic is routed to no other.</summary>
    FunctionGone = 7,

    /// <summary>The event's function says that a replay cannot help.</summary>
    Futile = 8,

    /// <summary>Each such event is an obligation to an operator, so a dismissal leaves it out unless its filter names the event's function or topic.</summary>
    Obligation = 9,

    /// <summary>
    /// The event failed for good on the build that runs now. The job replays it, because what it depends on may have been put right
    /// elsewhere, but after all that is more likely to succeed.
    /// </summary>
    Unlikely = 10,
}

internal static class VerdictKinds
{
    /// <summary>Whether the job replays or dismisses events with this verdict.</summary>
    public static bool IsPlanned(this VerdictKind kind) => kind is VerdictKind.Go or VerdictKind.Unlikely;
}
