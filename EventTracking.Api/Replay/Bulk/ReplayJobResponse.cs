using EventTracking.Api.Documentation;
using EventTracking.Core.Records;
using EventTracking.Core.Replay;

namespace EventTracking.Api.Replay.Bulk;

/// <summary>A bulk replay or dismissal.</summary>
/// <param name="Id">The id of the job.</param>
/// <param name="Action">What is done with the events.</param>
/// <param name="State">The state of the job.</param>
/// <param name="PausedBecause">`operator`, `first-failed` if the first event did not succeed, or `failures` if too many failed again; null if the job is not paused.</param>
/// <param name="NothingChanged">Whether the same failures happened within ten minutes before the plan was made, on the same build: perhaps nothing has been put right yet.</param>
/// <param name="CauseChecked">Whether `nothingChanged` could be determined. It could not if none of the events to be run has failed, or if the build they failed on is not known.</param>
/// <param name="Filter">Which events are meant; null if `failedOf` says it.</param>
/// <param name="FailedOf">The job whose failed events are meant; null if `filter` says it.</param>
/// <param name="Force">Whether moot, waiting and superseded events are replayed too.</param>
/// <param name="Reason">The operator's reason.</param>
/// <param name="By">The name of the key that made the plan.</param>
/// <param name="Verdicts">How many events of the plan have which verdict.</param>
/// <param name="Progress">How far the job is.</param>
/// <param name="Outcomes">How many of the events that were sent have ended in which status, and how many are `retrying` or `waiting` now. When the job has ended, so have all of its events, and the counts are final.</param>
/// <param name="Failures">How many of those have failed, by fingerprint.</param>
/// <param name="EventsPerSecond">The fixed rate; null if it adapts.</param>
/// <param name="ArrivedSince">How many events the filter has found since the plan was made, up to 1,000; null except in the response to the start. They are not part of the job.</param>
/// <param name="CreatedAt">When the plan was made.</param>
/// <param name="StartedAt">When the job was started; null if it was not.</param>
/// <param name="UpdatedAt">When it last made progress.</param>
/// <param name="EndedAt">When it ended or was cancelled.</param>
/// <param name="ExpiresAt">When the plan and the job are deleted, unless the job is running.</param>
/// <param name="PollAfter">In how many seconds to ask again; null if the job does not change any more.</param>
internal sealed record ReplayJobResponse(
    [ReplayIdText] string Id,
    [OneOf("ShownReplayAction", typeof(ReplayTexts), Member = nameof(ReplayTexts.ShownActions))] string Action,
    [OneOf("ReplayState", typeof(ReplayTexts), Member = nameof(ReplayTexts.States))] string State,
    [OneOf("ReplayPause", typeof(ReplayTexts), Member = nameof(ReplayTexts.Pauses))] string? PausedBecause,
    bool NothingChanged,
    bool CauseChecked,
    ReplayFilterResponse? Filter,
    [ReplayIdText] string? FailedOf,
    bool Force,
    string? Reason,
    string By,
    IReadOnlyDictionary<string, int> Verdicts,
    ReplayProgressResponse Progress,
    IReadOnlyDictionary<string, int> Outcomes,
    IReadOnlyDictionary<string, int> Failures,
    int? EventsPerSecond,
    int? ArrivedSince,
    DateTimeOffset CreatedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? EndedAt,
    DateTimeOffset ExpiresAt,
    int? PollAfter)
{
    public const string Example = """
        {
          "id": "1N2C8XKP3T0QG", "action": "replay", "state": "running", "pausedBecause": null, "nothingChanged": false, "causeChecked": true,
          "filter": { "status": null, "source": null, "topic": null, "function": null, "entity": null, "fingerprints": null, "cause": "shopify", "from": null, "to": null, "verdict": null, "timesBy": null },
          "failedOf": null, "force": false, "reason": "Shopify is up again", "by": "kim",
          "verdicts": { "go": 6420, "moot": 1794 },
          "progress": { "stage": 4, "stages": 4, "total": 8214, "planned": 6420, "sent": 3111, "skipped": 2, "inFlight": 100, "perSecond": 48.5, "secondsLeft": 70 },
          "outcomes": { "succeeded": 3008, "failed": 3 }, "failures": { "5f2a9c01": 3 }, "eventsPerSecond": null, "arrivedSince": null,
          "createdAt": "2026-11-23T10:15:30.000Z", "startedAt": "2026-11-23T10:16:02.000Z", "updatedAt": "2026-11-23T10:17:06.000Z", "endedAt": null,
          "expiresAt": "2026-12-23T10:15:30.000Z", "pollAfter": 2
        }
        """;

    private const int PollRunning = 2;
    private const int PollStanding = 30;

    public static ReplayJobResponse From(StoredRecord<ReplayJob> stored, int? arrivedSince = null)
    {
        var job = stored.Value;
        return new ReplayJobResponse(
            ReplayId.OfRecord(stored.Id).ToString(),
            job.Action.ToText(),
            job.State.ToText(),
            job.State == ReplayState.Paused ? job.Pause?.ToText() : null,
            job.NothingChanged,
            job.CauseChecked || job.NothingChanged,
            ReplayFilterResponse.FromOrNull(job.Filter),
            job.Filter.FailedOf,
            job.Force,
            job.Reason,
            job.By,
            job.Verdicts,
            ReplayProgressResponse.From(job),
            OutcomesOf(job),
            job.Failures,
            job.Rate,
            arrivedSince,
            TimeOf(job.CreatedAt),
            job.StartedAt is { } started ? TimeOf(started) : null,
            TimeOf(job.UpdatedAt),
            job.EndedAt is { } ended ? TimeOf(ended) : null,
            TimeOf(job.CreatedAt) + ReplayJobs.PlansKept,
            job.State switch
            {
                ReplayState.Running => PollRunning,
                ReplayState.Planned or ReplayState.Paused => PollStanding,
                _ when job.NeedsWork => PollStanding,
                _ => null,
            });
    }

    /// <summary>An event that is to be retried or waits has not ended, but is not in flight either.</summary>
    private static IReadOnlyDictionary<string, int> OutcomesOf(ReplayJob job) =>
        (job.StandingNow ?? new Dictionary<string, int>()).Aggregate(job.Outcomes, (outcomes, now) => ReplayStages.Add(outcomes, now.Key, now.Value));

    private static DateTimeOffset TimeOf(long ticks) => new(ticks, TimeSpan.Zero);
}

/// <summary>How far a job is.</summary>
/// <param name="Stage">The stage, from 1.</param>
/// <param name="Stages">The number of stages: 4, or 1 without the ramp.</param>
/// <param name="Total">How many events the plan has.</param>
/// <param name="Planned">How many of them are to be run.</param>
/// <param name="Sent">How many were sent to their functions, or dismissed.</param>
/// <param name="Skipped">How many were not sent because something had happened to them since the plan was made, or because a later event of their entity has succeeded since.</param>
/// <param name="InFlight">How many were sent and are not known to have run yet.</param>
/// <param name="PerSecond">How many events have ended per second since the start; null if none has.</param>
/// <param name="SecondsLeft">How long the rest takes at that rate; null if it is not known or the job is not running.</param>
internal sealed record ReplayProgressResponse(int Stage, int Stages, int Total, int Planned, int Sent, int Skipped, int InFlight, double? PerSecond, int? SecondsLeft)
{
    public static ReplayProgressResponse From(ReplayJob job)
    {
        var ramp = job is { Ramp: true, Action: ReplayAction.Replay };
        var ended = job.Released - job.Unfinished;
        double? rate = job.StartedAt is { } started && job.UpdatedAt > started && ended > 0
            ? Math.Round(ended / TimeSpan.FromTicks(job.UpdatedAt - started).TotalSeconds, 1)
            : null;
        return new ReplayProgressResponse(
            ramp ? ReplayStages.StageOf(job) : 1,
            ramp ? ReplayStages.Count : 1,
            job.Verdicts.Values.Sum(),
            job.Planned,
            job.Sent,
            job.Skipped,
            job.InFlight,
            rate,
            job.State == ReplayState.Running && rate > 0 ? (int)Math.Ceiling((job.Planned - ended) / rate.Value) : null);
    }
}

/// <summary>A page of jobs, the newest first.</summary>
/// <param name="Replays">The jobs.</param>
/// <param name="Next">The cursor of the next page; null at the end.</param>
internal sealed record ReplayPageResponse(IReadOnlyList<ReplayJobResponse> Replays, [ReplayIdText] string? Next);
