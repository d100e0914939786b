namespace EventTracking.Core.Resilience;

/// <summary>When something must have ended, by the process's monotonic clock: somebody may set the wall clock in the meantime.</summary>
internal readonly record struct Deadline
{
    private readonly TimeProvider time;
    private readonly long started;
    private readonly TimeSpan span;

    private Deadline(TimeProvider time, long started, TimeSpan span)
    {
        this.time = time;
        this.started = started;
        this.span = span;
    }

    /// <summary>The time that is left; negative once the deadline has passed.</summary>
    public TimeSpan Left => span - time.GetElapsedTime(started);

    public bool IsOver => Left <= TimeSpan.Zero;

    public static Deadline In(TimeSpan span, TimeProvider time) => new(time, time.GetTimestamp(), span);

    /// <summary>Returns the same deadline, postponed.</summary>
    public Deadline After(TimeSpan longer) => new(time, started, span + longer);
}
