namespace EventTracking.Core.Replay;

/// <summary>What an operator may do to a job; each returns null if the job's state does not allow it.</summary>
internal static class ReplayTransitions
{
    /// <summary>Starts a plan. The ramp and the judgement begin here.</summary>
    public static ReplayJob? Start(ReplayJob job, bool ramp, int? rate, DateTimeOffset now) =>
        job.State == ReplayState.Planned ? Run(job, ramp) with { StartedAt = now.UtcTicks, Rate = rate } : null;

    /// <summary>Goes on with a paused job, from the first stage: whatever it was paused for may not be over.</summary>
    public static ReplayJob? Resume(ReplayJob job, bool ramp) => job.State == ReplayState.Paused ? Run(job, ramp) : null;

    public static ReplayJob? Pause(ReplayJob job) => job.State == ReplayState.Running ? job with { State = ReplayState.Paused, Pause = ReplayPause.Operator } : null;

    /// <summary>Ends a job. What it has sent runs to its end.</summary>
    public static ReplayJob? Cancel(ReplayJob job, DateTimeOffset now) =>
        job.State is ReplayState.Planned or ReplayState.Running or ReplayState.Paused ? job with { State = ReplayState.Cancelled, EndedAt = now.UtcTicks } : null;

    public static ReplayJob? ChangeRate(ReplayJob job, int? rate) =>
        job.State is ReplayState.Running or ReplayState.Paused ? job with { Rate = rate } : null;

    private static ReplayJob Run(ReplayJob job, bool ramp) => job with
    {
        State = ReplayState.Running,
        Pause = null,
        Ramp = ramp,
        SentBefore = job.Sent,
        ReleasedBefore = job.Released,
        Seen = 0,
        SeenFailed = 0,
    };
}
