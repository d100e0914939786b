using EventTracking.Core.Events;
using EventTracking.Core.Records;

namespace EventTracking.Core.Replay;

/// <summary>
/// Takes a job one step further: sees how the events ended that it has sent, and sends the next, at most
/// <see cref="StepSize"/>. Then one conditional write stores how far the job is. If the process dies before, or another process
/// takes the same step, the events are not sent twice, because each is set back only if the job has not done so before.
/// </summary>
internal sealed class ReplayRunner(ReplayJobs jobs, ReplayWatch watch, IEventLedger ledger, Requeuer requeuer, MootCheck moot, ReplayPace pace, TimeProvider time)
{
    public const int StepSize = 100;

    private static readonly EventStatus[] Replayable = [EventStatus.Failed, EventStatus.Waiting, EventStatus.Retrying];
    private static readonly EventStatus[] ReplayableByForce = [.. Replayable, EventStatus.Succeeded, EventStatus.Superseded, EventStatus.Ignored, EventStatus.Dismissed];

    /// <summary>
    /// Returns the job after the step; the same if there was nothing to do now, and null if another process works on it too. Also returns
    /// whether all that is left to do is to await what is to be retried or waits.
    /// </summary>
    public async Task<(StoredRecord<ReplayJob>? Next, bool IsStanding)> StepAsync(StoredRecord<ReplayJob> read, IReadOnlyList<PlanEntry> plan, CancellationToken cancellationToken)
    {
        var id = ReplayId.OfRecord(read.Id).ToString();
        var job = read.Value;
        if (job.Action == ReplayAction.Replay)
        {
            job = await watch.FollowAsync(job, read.Id, plan, cancellationToken);
        }

        var next = job.State == ReplayState.Running ? Next(job, plan) : [];
        if (next.Count > 0)
        {
            var count = job.Action == ReplayAction.Dismiss
                ? next.Count
                : await pace.TakeAsync(read.Id, job.Rate, job.InFlight, [.. next.Select(entry => entry.Function)], cancellationToken);
            job = count == 0 ? job : await ReleaseAsync(job, id, [.. next.Take(count)], cancellationToken);
        }

        // A job that was paused when everything had been sent has nothing to be resumed for.
        var isClosing = job.State is ReplayState.Running or ReplayState.Paused && job is { IsSent: true, Unfinished: 0 };
        if (isClosing && job.Settled < job.Superseded)
        {
            job = await SettleAsync(job, id, [.. plan.Skip(job.Planned + job.Settled).Take(Math.Min(StepSize, job.Superseded - job.Settled))], cancellationToken);
        }

        if (isClosing && job.Settled == job.Superseded)
        {
            job = job with { State = ReplayState.Ended, Pause = null, EndedAt = time.GetUtcNow().UtcTicks };
        }

        return (job == read.Value ? read : await jobs.TryWriteAsync(read, job, cancellationToken), next.Count == 0 && job is { InFlight: 0, Unfinished: > 0 });
    }

    /// <summary>The next events that may be sent, if the rate allows it. An event of an entity is sent only when those before it have ended.</summary>
    private static IReadOnlyList<PlanEntry> Next(ReplayJob job, IReadOnlyList<PlanEntry> plan)
    {
        var room = job.Action == ReplayAction.Dismiss ? StepSize : Math.Min(StepSize, ReplayStages.RoomOf(job));
        if (job.IsSent || room == 0)
        {
            return [];
        }

        var next = plan.Take(job.Planned).Skip(job.Released).Take(room);
        if (job.Action == ReplayAction.Dismiss)
        {
            return [.. next];
        }

        HashSet<(string, string)> busy = [.. ReplayWatch.PlacesOf(job).Select(place => plan[place]).Where(entry => entry.Entity is not null).Select(entry => (entry.Entity!, entry.Function))];
        return [.. next.TakeWhile(entry => entry.Entity is null || busy.Add((entry.Entity, entry.Function)))];
    }

    private async Task<ReplayJob> ReleaseAsync(ReplayJob job, string id, IReadOnlyList<PlanEntry> entries, CancellationToken cancellationToken)
    {
        var spared = job.Action == ReplayAction.Dismiss || job.Force ? new HashSet<EventId>() : await moot.FindAsync(entries, id, cancellationToken);
        var results = await SendAsync(job, id, [.. entries.Where(entry => !spared.Contains(entry.EventId))], cancellationToken);
        int[] sent = [.. Enumerable.Range(job.Released, entries.Count).Where(place => results.Contains(entries[place - job.Released].EventId))];
        var released = job with { Released = job.Released + entries.Count, Sent = job.Sent + sent.Length, Skipped = job.Skipped + entries.Count - sent.Length };
        return job.Action == ReplayAction.Replay
            ? released.With([.. ReplayWatch.OpenOf(job), .. sent], PlanPlaces.Parse(job.Standing))

            // What is dismissed does not run.
            : released.With([], []) with { Outcomes = new Dictionary<string, int> { [EventStatus.Dismissed.ToText()] = released.Sent } };
    }

    /// <summary>Returns which of the events were sent or dismissed, now or before.</summary>
    private async Task<HashSet<EventId>> SendAsync(ReplayJob job, string id, IReadOnlyList<PlanEntry> entries, CancellationToken cancellationToken)
    {
        var results = job.Action == ReplayAction.Dismiss
            ? await Task.WhenAll(entries.Select(entry => ledger.CloseAsync(DismissalOf(entry, job, id), cancellationToken)))
            : await requeuer.RequeueAsync([.. entries.Select(entry => ReplayOf(entry, job, id))], cancellationToken);
        return [.. entries.Zip(results).Where(pair => pair.Second is TransitionResult.Done or TransitionResult.Repeated).Select(pair => pair.First.EventId)];
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
