using EventTracking.Core.Events;
using EventTracking.Core.Resilience;

namespace EventTracking.Core.Failures;

/// <summary>
/// Counts what fails now, from the lists of failed and retried events. A count is never stored, so none can drift. On AWS, 10,000 failures
/// take about 800 read units; a process counts once in ten seconds at most.
/// </summary>
internal sealed class FailureOverviews
{
    /// <summary>More events than this are not read. The newest of each list come first, so they are the ones that count.</summary>
    public const int MaxEvents = 50_000;

    private const int PageSize = 10_000;
    private const int MaxPages = 100;

    /// <summary>Of further groups, <see cref="GroupOverview.First"/> is when the event failed last that did so first.</summary>
    private const int MaxRetried = 500;

    /// <summary>A fingerprint that an event lacks because its record has none.</summary>
    private const string Unknown = "unknown";

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10);

    private readonly IEventLedger ledger;
    private readonly TimeProvider time;
    private readonly SharedAnswer<FailureOverview> last;

    public FailureOverviews(IEventLedger ledger, TimeProvider time)
    {
        (this.ledger, this.time) = (ledger, time);
        last = new SharedAnswer<FailureOverview>(CountAsync, _ => Fresh, time);
    }

    /// <summary>Returns an overview that is at most ten seconds old. Callers at the same time share one.</summary>
    /// <exception cref="StoreUnavailableException">The store did not respond.</exception>
    public Task<FailureOverview> GetAsync(CancellationToken cancellationToken) => last.GetAsync(cancellationToken);

    /// <summary>Forgets the last overview: something was just decided here that changes the counts. Other processes see it within ten seconds.</summary>
    public void Forget() => last.Forget();

    /// <summary>Counts now.</summary>
    public async Task<FailureOverview> CountAsync()
    {
        var now = time.GetUtcNow();
        var groups = new Dictionary<string, GroupTally>(StringComparer.Ordinal);
        var (failed, moreFailed) = await AddAsync(groups, EventStatus.Failed, MaxEvents, now);
        var (retrying, moreRetrying) = await AddAsync(groups, EventStatus.Retrying, MaxEvents - failed, now);
        await FindFirstAsync(groups.Values);
        CauseOverview[] causes =
        [
            .. groups.Values.Select(group => group.Conclude()).GroupBy(group => group.Cause)
                .Select(cause => new CauseOverview(cause.Key, [.. cause.OrderByDescending(group => group.Count).ThenBy(group => group.Fingerprint, StringComparer.Ordinal)]))
                .OrderByDescending(cause => cause.Count).ThenBy(cause => cause.Cause, StringComparer.Ordinal),
        ];
        return new FailureOverview(now, failed + retrying, moreFailed || moreRetrying, causes);
    }

    /// <summary>
    /// A list says when an event failed last. When it failed first, its record says: one is read for each group in which something was
    /// tried again.
    /// </summary>
    private async Task FindFirstAsync(IEnumerable<GroupTally> groups)
    {
        var retried = groups.Where(group => group.Retried is not null).OrderByDescending(group => group.Count).Take(MaxRetried).ToLookup(group => group.Retried!.Value);
        foreach (var ids in retried.Select(group => group.Key).Chunk(IEventLedger.FoundAtOnce))
        {
            foreach (var record in await ledger.FindAsync(ids, CancellationToken.None))
            {
                foreach (var group in retried[record.Id])
                {
                    group.AddFirst(record);
                }
            }
        }
    }

    private async Task<(int Count, bool More)> AddAsync(Dictionary<string, GroupTally> groups, EventStatus status, int limit, DateTimeOffset now)
    {
        var (count, query) = (0, new EventQuery { Status = status, Limit = Math.Min(PageSize, limit) });
        for (var page = 0; page < MaxPages && count < limit; page++)
        {
            var found = await ledger.ListAsync(query, CancellationToken.None);
            foreach (var summary in found.Events)
            {
                var fingerprint = summary.Fingerprint ?? Unknown;
                if (!groups.TryGetValue(fingerprint, out var group))
                {
                    groups[fingerprint] = group = new GroupTally(fingerprint, now);
                }

                group.Add(summary);
            }

            count += found.Events.Count;
            if (found.Next is not { } next)
            {
                return (count, false);
            }

            query = query with { Before = next, Limit = Math.Max(1, Math.Min(PageSize, limit - count)) };
        }

        return (count, true);
    }
}
