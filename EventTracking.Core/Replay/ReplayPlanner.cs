using EventTracking.Core.Configuration;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Payloads;
using EventTracking.Core.Records;
using Microsoft.Extensions.Options;

namespace EventTracking.Core.Replay;

/// <summary>Makes plans: finds the events of a filter and judges each.</summary>
internal sealed class ReplayPlanner(
    IEventLedger ledger, IPayloadArchive archive, ReplayTargets targets, FunctionRegistry functions, MootJudge judge, ReplayJobs jobs, IOptions<EventTrackingOptions> options, TimeProvider time)
{
    /// <summary>The most events that a plan may have.</summary>
    public const int MaxEvents = 100_000;

    /// <summary>If the same failures happened more recently than this before the plan, nothing may have been put right yet.</summary>
    public static readonly TimeSpan Recent = TimeSpan.FromMinutes(10);

    private const string Obligation = "Each such event must reach an operator, so it is not dismissed among others. Dismiss it by itself, or name its function in the filter.";

    private const int PageSize = 2000;
    private const int ReadsAtOnce = 8;
    private const int SegmentsAtOnce = 16;

    /// <summary>The most that is counted of the events that came after the plan.</summary>
    private const int MaxCounted = 1000;

    /// <summary>Payloads are deleted by whole days, by a clock that may differ.</summary>
    private static readonly TimeSpan RetentionMargin = TimeSpan.FromDays(2);

    /// <summary>Makes a plan and starts nothing.</summary>
    public async Task<ReplayPlan> PlanAsync(ReplayRequested request, CancellationToken cancellationToken)
    {
        if (await ListAsync(request.Filter, MaxEvents, cancellationToken) is not { } found)
        {
            return new ReplayPlan.JobUnknown(request.Filter.FailedOf!);
        }

        if (found.Count > MaxEvents)
        {
            return new ReplayPlan.TooMany();
        }

        var moot = request.Filter.Moot ? (await judge.FindMootAsync(found, cancellationToken)).ToDictionary(failure => failure.Summary.Event.Id, failure => failure.Because) : null;
        found = moot is null ? found : [.. found.Where(summary => moot.ContainsKey(summary.Event.Id))];

        if (found.Count == 0)
        {
            return new ReplayPlan.Empty();
        }

        var entries = request.Action == ReplayAction.Dismiss ? JudgeDismissals(found, request.Filter, moot) : await JudgeAsync(found, request.Force, cancellationToken);
        var now = time.GetUtcNow();
        var check = request.Action == ReplayAction.Replay ? CheckCause(found, entries, now) : CauseCheck.None;
        var job = new ReplayJob
        {
            Action = request.Action,
            Filter = request.Filter,
            Force = request.Force,
            Reason = request.Reason,
            By = request.By,
            CreatedAt = now.UtcTicks,
            UpdatedAt = now.UtcTicks,
            Verdicts = entries.CountBy(entry => entry.Kind).ToDictionary(count => count.Key.ToText(), count => count.Value),
            Planned = entries.Count(entry => entry.Kind.IsPlanned()),
            NothingChanged = check == CauseCheck.Unchanged,
            CauseChecked = check is CauseCheck.Unchanged or CauseCheck.Passed,
        };
        return new ReplayPlan.Made(await jobs.CreateAsync(job, PlanEntry.Arrange(entries), cancellationToken));
    }

    /// <summary>Counts the events that the filter of a plan finds and that have come since, up to a thousand.</summary>
    public async Task<int> CountArrivedAsync(ReplayJob job, CancellationToken cancellationToken)
    {
        var made = new DateTimeOffset(job.CreatedAt, TimeSpan.Zero);
        return job.Filter.FailedOf is not null || job.Filter.Moot ? 0
            : Math.Min(MaxCounted, (await ListAsync(job.Filter, job.Filter.Queries(MaxCounted + 1, made.AddTicks(1)), MaxCounted, cancellationToken)).Count);
    }

    /// <summary>Returns the events of a filter, or more than <paramref name="most"/> if there are more; null if it names a job that does not exist.</summary>
    private async Task<IReadOnlyCollection<EventSummary>?> ListAsync(ReplayFilter filter, int most, CancellationToken cancellationToken)
    {
        if (filter.FailedOf is not null)
        {
            return await ListFailedAsync(filter, cancellationToken);
        }

        return await ListAsync(filter, filter.Queries(Math.Min(PageSize, most + 1)), most, cancellationToken);
    }

    private async Task<IReadOnlyCollection<EventSummary>> ListAsync(ReplayFilter filter, IEnumerable<EventQuery> listings, int most, CancellationToken cancellationToken)
    {
        // An event may move from one list to the other while they are read.
        var found = new Dictionary<EventId, EventSummary>();
        foreach (var listing in listings)
        {
            var query = listing;
            do
            {
                var page = await ledger.ListAsync(query, cancellationToken);
                foreach (var summary in page.Events.Where(filter.Matches))
                {
                    found.TryAdd(summary.Event.Id, summary);
                }

                query = query with { Before = page.Next };
            }
            while (query.Before is not null && found.Count <= most);
        }

        return found.Values;
    }

    private async Task<IReadOnlyCollection<EventSummary>?> ListFailedAsync(ReplayFilter filter, CancellationToken cancellationToken)
    {
        if (!ReplayId.TryParse(filter.FailedOf, out var id) || await jobs.FindAsync(id, cancellationToken) is not { } job || await jobs.ReadPlanAsync(id, cancellationToken) is not { } plan)
        {
            return null;
        }

        var records = await ReadAsync(plan.Take(job.Value.Released).Select(entry => entry.EventId), cancellationToken);
        return [.. records.Where(record => record.Status == EventStatus.Failed && record.WasDoneBy(filter.FailedOf)).Select(EventSummary.Of)];
    }

    private List<PlanEntry> JudgeDismissals(IReadOnlyCollection<EventSummary> found, ReplayFilter filter, Dictionary<EventId, string?>? moot) =>
        [.. found.Select(summary => EntryOf(summary, summary.Event.Function, JudgeDismissal(summary, filter, moot?.GetValueOrDefault(summary.Event.Id))))];

    private Verdict JudgeDismissal(EventSummary summary, ReplayFilter filter, string? success)
    {
        var verdict = Verdicts.OfDismissal(summary, filter.NamesFunction ? null : ObligationOf(summary));
        return verdict.Kind == VerdictKind.Go ? verdict with { Because = success } : verdict;
    }

    /// <summary>Who names the function or the topic means its events. In a dismissal of whatever has failed, they would end unseen.</summary>
    private string? ObligationOf(EventSummary summary) => functions.Find(summary.Event.Function)?.Function is not { } function ? null
        : function.ReplayIsFutile ?? (function.IsObligation(summary.Failure?.Code) ? Obligation : null);

    private async Task<List<PlanEntry>> JudgeAsync(IReadOnlyCollection<EventSummary> found, bool force, CancellationToken cancellationToken)
    {
        var withoutPayload = await FindWithoutPayloadAsync(found, cancellationToken);
        var later = force ? Enumerable.Empty<EventSummary>().ToLookup(summary => summary.Event.Entity) : await ListLaterAsync(found, cancellationToken);
        List<Candidate> candidates =
        [
            .. found.Select(summary =>
                Candidate.Of(summary, functions.Find(targets.FunctionOf(summary.Event)), summary.Event.Entity is null ? [] : later[summary.Event.Entity])
                    with { HasPayload = !withoutPayload.Contains(summary.Event.Id) }),
        ];
        return [.. candidates.Zip(Verdicts.OfReplay(candidates, force), (candidate, verdict) => EntryOf(candidate.Summary, candidate.Target ?? candidate.Summary.Event.Function, verdict))];
    }

    private async Task<ILookup<EntityKey?, EventSummary>> ListLaterAsync(IReadOnlyCollection<EventSummary> found, CancellationToken cancellationToken)
    {
        var entities = LaterQuery.Of(found.Where(summary => summary.Event.Entity is not null && summary.Status.NeedsAttention()).Select(summary => (summary.Event.Entity!.Value, summary.Event.Id)));
        return (await ledger.ListLaterAsync(entities, cancellationToken)).ToLookup(summary => summary.Event.Entity);
    }

    /// <summary>Only payloads that are nearly as old as the retention are looked for, and each segment once.</summary>
    private async Task<HashSet<EventId>> FindWithoutPayloadAsync(IReadOnlyCollection<EventSummary> found, CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow().AddDays(-options.Value.PayloadRetentionDays) + RetentionMargin;
        List<EventSummary> old = [.. found.Where(summary => summary.Event.ReceivedAt < before)];
        var records = await ReadAsync(old.Select(summary => summary.Event.Id), cancellationToken);
        var missing = records.Where(record => record.Payload is null).Select(record => record.Id).ToHashSet();
        var segments = records.Where(record => record.Payload is not null).GroupBy(record => record.Payload!.Segment);
        await Parallel.ForEachAsync(segments, new ParallelOptions { MaxDegreeOfParallelism = SegmentsAtOnce, CancellationToken = cancellationToken }, async (segment, token) =>
        {
            if (!await archive.ExistsAsync(segment.First().Payload!, token))
            {
                lock (missing)
                {
                    missing.UnionWith(segment.Select(record => record.Id));
                }
            }
        });
        return missing;
    }

    private async Task<List<EventRecord>> ReadAsync(IEnumerable<EventId> ids, CancellationToken cancellationToken)
    {
        var records = new List<EventRecord>();
        await Parallel.ForEachAsync(ids.Chunk(IEventLedger.FoundAtOnce), new ParallelOptions { MaxDegreeOfParallelism = ReadsAtOnce, CancellationToken = cancellationToken }, async (chunk, token) =>
        {
            var read = await ledger.FindAsync(chunk, token);
            lock (records)
            {
                records.AddRange(read);
            }
        });
        return records;
    }

    /// <summary>Whether what made the events fail that would be replayed may be over: they failed some time ago, or on other code than runs now.</summary>
    private CauseCheck CheckCause(IReadOnlyCollection<EventSummary> found, List<PlanEntry> entries, DateTimeOffset now)
    {
        var planned = entries.Where(entry => entry.Kind.IsPlanned()).Select(entry => entry.Id).ToHashSet();
        EventSummary[] failed = [.. found.Where(summary => summary.Status is EventStatus.Failed or EventStatus.Retrying && planned.Contains(summary.Event.Id.ToString()))];
        EventSummary[] recent = [.. failed.Where(summary => now - summary.UpdatedAt < Recent)];
        return recent.Any(summary => summary.Failure?.Build is { } build && functions.Find(summary.Event.Function) is { } function && build == BuildId.Of(function.Function)) ? CauseCheck.Unchanged
            : failed.Length == 0 || recent.Any(summary => summary.Failure?.Build is null) ? CauseCheck.None
            : CauseCheck.Passed;
    }

    private static PlanEntry EntryOf(EventSummary summary, string function, Verdict verdict) =>
        new(summary.Event.Id.ToString(), verdict.Kind, verdict.Because, function, summary.Event.Entity?.ToString(), summary.Status, summary.AttemptCount, summary.Fingerprint, Round: 0);
}

/// <summary>What is known of the cause of the failures that a plan would replay.</summary>
internal enum CauseCheck
{
    /// <summary>Nothing would be replayed that has failed, or when or on which build it did is not known.</summary>
    None,

    /// <summary>The same failures happened in the last minutes, on the build that runs now.</summary>
    Unchanged,
    Passed,
}

/// <summary>A request for a plan.</summary>
internal sealed record ReplayRequested(ReplayAction Action, ReplayFilter Filter, bool Force, string By, string? Reason);

/// <summary>The result of a request for a plan.</summary>
internal abstract record ReplayPlan
{
    internal sealed record Made(StoredRecord<ReplayJob> Job) : ReplayPlan;

    /// <summary>The filter finds more than <see cref="ReplayPlanner.MaxEvents"/>.</summary>
    internal sealed record TooMany : ReplayPlan;

    /// <summary>The filter finds no event, e.g. because no failure has its cause.</summary>
    internal sealed record Empty : ReplayPlan;

    /// <summary>The filter names a job that does not exist.</summary>
    internal sealed record JobUnknown(string Job) : ReplayPlan;
}
