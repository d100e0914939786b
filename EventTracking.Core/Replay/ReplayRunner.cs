using EventTracking.Core.Events;
using EventTracking.Core.Records;

namespace EventTracking.Core.Replay;

/// <summary>
/// Takes a running job one step further: sees how the events ended that it has sent, and sends the next, at most
/// <see cref="StepSize"/>. Then one conditional write stores how far the job is. If the process dies before, or another process
/// takes the same step, the events are not sent twice, because each is set back only if the job has not done so before.
/// </summary>
internal sealed class ReplayRunner(ReplayJobs jobs, IEventLedger ledger, Requeuer requeuer, ReplayPace pace, TimeProvider time)
{
    public const int StepSize = 100;

    /// <summary>A step looks at most at so many events that were sent.</summary>
    private const int ChunksPerStep = 10;

    private static readonly EventStatus[] Replayable = [EventStatus.Failed, EventStatus.Waiting];
    private static readonly EventStatus[] ReplayableByForce = [.. Replayable, EventStatus.Succeeded, EventStatus.Superseded, EventStatus.Ignored, EventStatus.Dismissed];

    /// <summary>Returns the job after the step; the same if there was nothing to do now, and null if another process works on it too.</summary>
    public async Task<StoredRecord<ReplayJob>?> StepAsync(StoredRecord<ReplayJob> read, IReadOnlyList<PlanEntry> plan, CancellationToken cancellationToken)
    {
        var id = ReplayId.OfRecord(read.Id).ToString();
        var job = read.Value;
        if (job.Action == ReplayAction.Replay)
        {
            job = await JudgeAsync(job, id, plan, cancellationToken);
        }

        if (job.State == ReplayState.Running && Next(job, plan) is { Count: > 0 } next)
        {
            var count = job.Action == ReplayAction.Dismiss
                ? next.Count
                : await pace.TakeAsync(read.Id, job.Rate, job.Released - job.Judged, [.. next.Select(entry => entry.Function)], cancellationToken);
            job = count == 0 ? job : await ReleaseAsync(job, id, [.. next.Take(count)], cancellationToken);
        }

        if (job.State == ReplayState.Running && job.Judged == job.Planned && job.Settled < job.Superseded)
        {
            job = await SettleAsync(job, id, [.. plan.Skip(job.Planned + job.Settled).Take(Math.Min(StepSize, job.Superseded - job.Settled))], cancellationToken);
        }

        if (job.State == ReplayState.Running && job.Judged == job.Planned && job.Settled == job.Superseded)
        {
            job = job with { State = ReplayState.Ended, EndedAt = time.GetUtcNow().UtcTicks };
        }

        return job == read.Value ? read : await jobs.TryWriteAsync(read, job, cancellationToken);
    }

    /// <summary>The next events that may be sent, if the rate allows it. A round begins only when the one before has run.</summary>
    private static IReadOnlyList<PlanEntry> Next(ReplayJob job, IReadOnlyList<PlanEntry> plan)
    {
        if (job.Released == job.Planned)
        {
            return [];
        }

        var round = plan[job.Released].Round;
        if (job.Released > job.Judged && plan[job.Released - 1].Round != round)
        {
            return [];
        }

        var room = job.Action == ReplayAction.Dismiss ? StepSize : Math.Min(StepSize, ReplayStages.RoomOf(job));
        return [.. plan.Take(job.Planned).Skip(job.Released).Take(room).TakeWhile(entry => entry.Round == round)];
    }

    private async Task<ReplayJob> JudgeAsync(ReplayJob job, string id, IReadOnlyList<PlanEntry> plan, CancellationToken cancellationToken)
    {
        for (var chunk = 0; chunk < ChunksPerStep && job.Judged < job.Released; chunk++)
        {
            List<EventId> sent = [.. plan.Take(job.Released).Skip(job.Judged).Take(IEventLedger.FoundAtOnce).Select(entry => entry.EventId)];
            var records = (await ledger.FindAsync(sent, cancellationToken)).ToDictionary(record => record.Id);
            foreach (var eventId in sent)
            {
                if (!records.TryGetValue(eventId, out var record) || !record.WasDoneBy(id))
                {
                    // It was skipped when it was its turn.
                    job = job with { Judged = job.Judged + 1 };
                }
                else if (record.Status is EventStatus.Queued or EventStatus.Processing)
                {
                    return job;
                }
                else
                {
                    job = ReplayStages.Judge(job, record.Status, record.Error?.Fingerprint);
                }
            }
        }

        return job;
    }

    private async Task<ReplayJob> ReleaseAsync(ReplayJob job, string id, IReadOnlyList<PlanEntry> entries, CancellationToken cancellationToken)
    {
        var results = job.Action == ReplayAction.Dismiss
            ? await Task.WhenAll(entries.Select(entry => ledger.CloseAsync(DismissalOf(entry, job, id), cancellationToken)))
            : await requeuer.RequeueAsync([.. entries.Select(entry => ReplayOf(entry, job, id))], cancellationToken);
        var sent = results.Count(result => result is TransitionResult.Done or TransitionResult.Repeated);
        var released = job with { Released = job.Released + entries.Count, Sent = job.Sent + sent, Skipped = job.Skipped + entries.Count - sent };
        return job.Action == ReplayAction.Replay ? released : released with
        {
            // What is dismissed does not run.
            Judged = released.Released,
            Outcomes = new Dictionary<string, int> { [EventStatus.Dismissed.ToText()] = released.Sent },
        };
    }

    /// <summary>Ends events whose newer sibling has succeeded as superseded by it. If it has not, they stay as they are.</summary>
    private async Task<ReplayJob> SettleAsync(ReplayJob job, string id, IReadOnlyList<PlanEntry> entries, CancellationToken cancellationToken)
    {
        var newer = await ledger.FindAsync([.. entries.Select(entry => EventId.Parse(entry.Because!)).Distinct()], cancellationToken);
        var succeeded = newer.Where(record => record.Status == EventStatus.Succeeded && record.WasDoneBy(id)).Select(record => record.Id.ToString()).ToHashSet();
        var results = await Task.WhenAll(entries.Where(entry => succeeded.Contains(entry.Because!)).Select(entry => ledger.CloseAsync(
            new CloseRequest(entry.EventId, EventStatus.Superseded, EntryOf(HistoryEntryKind.BulkReplay, job, id) with { Reason = $"{entry.Because} is newer and has succeeded" }, null, time.GetUtcNow()) { Attempts = entry.Attempts },
            cancellationToken)));
        var closed = results.Count(result => result is TransitionResult.Done or TransitionResult.Repeated);
        return job with { Settled = job.Settled + entries.Count, Outcomes = closed == 0 ? job.Outcomes : ReplayStages.Add(job.Outcomes, EventStatus.Superseded.ToText(), closed) };
    }

    private Requeue ReplayOf(PlanEntry entry, ReplayJob job, string id) =>
        new(entry.EventId, job.Force ? ReplayableByForce : Replayable, null, EntryOf(HistoryEntryKind.BulkReplay, job, id)) { Function = entry.Function, Attempts = entry.Attempts };

    private CloseRequest DismissalOf(PlanEntry entry, ReplayJob job, string id) =>
        new(entry.EventId, EventStatus.Dismissed, EntryOf(HistoryEntryKind.Dismissal, job, id), null, time.GetUtcNow()) { Attempts = entry.Attempts };

    private HistoryEntry EntryOf(HistoryEntryKind kind, ReplayJob job, string id) => new(kind, job.By, time.GetUtcNow(), job.Reason, 0) { Job = id };
}
