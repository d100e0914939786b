using EventTracking.Core.Events;

namespace EventTracking.Core.Replay;

/// <summary>How many events a job may send, and when it stops because they fail again.</summary>
internal static class ReplayStages
{
    /// <summary>More events than this are not under way at a time.</summary>
    public const int MostAhead = 1000;

    /// <summary>The number of stages.</summary>
    public const int Count = 4;

    /// <summary>The share of failures above which a job stops.</summary>
    private const double Bound = 0.05;

    /// <summary>The quantile of the normal distribution for a confidence of 97.5 % that the share is above the bound.</summary>
    private const double Confidence = 1.96;

    /// <summary>The events that have been sent by the end of each stage: 1, 10 more, 100 more. The rest follows.</summary>
    private static readonly int[] Ends = [1, 11, 111];

    /// <summary>The stage that a job is in, from 1; the last is 4. One that has stopped by itself stays in the stage whose event stopped it.</summary>
    public static int StageOf(ReplayJob job)
    {
        var seen = job.Pause is ReplayPause.FirstFailed or ReplayPause.Failures ? job.Seen - 1 : job.Seen;
        return job.Ramp ? 1 + Ends.Count(end => seen >= end) : Ends.Length + 1;
    }

    /// <summary>How many events may be sent now.</summary>
    public static int RoomOf(ReplayJob job)
    {
        var stage = StageOf(job);
        var left = stage <= Ends.Length ? Ends[stage - 1] - (job.Sent - job.SentBefore) : int.MaxValue;
        return Math.Max(0, Math.Min(left, MostAhead - job.Unfinished));
    }

    /// <summary>
    /// Adds how an event ended that the job had sent. If too many have failed, which is never one alone, the job stops, unless all have
    /// been sent already.
    /// </summary>
    /// <param name="job">The job.</param>
    /// <param name="place">The event's place in the plan.</param>
    /// <param name="status">How it ended.</param>
    /// <param name="fingerprint">The fingerprint of its failure, if it failed.</param>
    public static ReplayJob Judge(ReplayJob job, int place, EventStatus status, string? fingerprint)
    {
        var failed = status == EventStatus.Failed;
        var isNew = place >= job.ReleasedBefore;
        var judged = job with
        {
            Seen = job.Seen + (isNew ? 1 : 0),
            SeenFailed = job.SeenFailed + (isNew && failed ? 1 : 0),
            Outcomes = Add(job.Outcomes, status.ToText()),
            Failures = failed && fingerprint is not null && (job.Failures.ContainsKey(fingerprint) || job.Failures.Count < ReplayFilter.MaxFingerprints) ? Add(job.Failures, fingerprint) : job.Failures,
        };
        if (judged.State != ReplayState.Running || !isNew || judged.IsSent)
        {
            return judged;
        }

        var succeeded = status is EventStatus.Succeeded or EventStatus.Superseded or EventStatus.Ignored;
        ReplayPause? pause = judged is { Ramp: true, Seen: 1 } && !succeeded ? ReplayPause.FirstFailed
            : failed && judged.SeenFailed > 1 && LowerBound(judged.SeenFailed, judged.Seen) > Bound ? ReplayPause.Failures
            : null;
        return pause is null ? judged : judged with { State = ReplayState.Paused, Pause = pause };
    }

    /// <summary>The lower end of Wilson's interval: the share of failures is above it, with the confidence above.</summary>
    public static double LowerBound(int failed, int seen)
    {
        if (seen == 0)
        {
            return 0;
        }

        var share = (double)failed / seen;
        var square = Confidence * Confidence;
        var center = share + (square / (2 * seen));
        var spread = Confidence * Math.Sqrt((share * (1 - share) / seen) + (square / (4.0 * seen * seen)));
        return (center - spread) / (1 + (square / seen));
    }

    public static IReadOnlyDictionary<string, int> Add(IReadOnlyDictionary<string, int> counts, string name, int count = 1)
    {
        var added = new Dictionary<string, int>(counts);
        added[name] = added.GetValueOrDefault(name) + count;
        return added;
    }
}
