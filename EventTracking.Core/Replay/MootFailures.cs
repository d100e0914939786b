using EventTracking.Core.Events;
using EventTracking.Core.Resilience;

namespace EventTracking.Core.Replay;

/// <summary>
/// Which of all failures are moot. Judging them takes a query for each entity that has failed, so a process judges the less often the
/// more of them there are: with few entities every ten seconds, with 10,000 every 200. On AWS that is about 35 read units a second.
/// </summary>
internal sealed class MootFailures
{
    /// <summary>More failures than this are not judged. The newest come first.</summary>
    public const int MaxEvents = 10_000;

    private const int PageSize = 2000;
    private const int MaxPages = 100;

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FreshPerEntity = TimeSpan.FromMilliseconds(20);

    private readonly IEventLedger ledger;
    private readonly MootJudge judge;
    private readonly TimeProvider time;
    private readonly SharedAnswer<MootOverview> last;

    public MootFailures(IEventLedger ledger, MootJudge judge, TimeProvider time)
    {
        (this.ledger, this.judge, this.time) = (ledger, judge, time);
        last = new SharedAnswer<MootOverview>(JudgeAsync, static overview => FreshPerEntity * overview.Entities is var longer && longer > Fresh ? longer : Fresh, time);
    }

    /// <summary>Returns what was judged last, or judges if that is too old. Callers at the same time share one judgement.</summary>
    /// <exception cref="StoreUnavailableException">The store did not respond.</exception>
    public Task<MootOverview> GetAsync(CancellationToken cancellationToken) => last.GetAsync(cancellationToken);

    private async Task<MootOverview> JudgeAsync()
    {
        var now = time.GetUtcNow();
        List<EventSummary> failures = [];
        var query = new EventQuery { Status = EventStatus.Failed, Limit = PageSize };
        var isTruncated = true;
        for (var page = 0; page < MaxPages && failures.Count < MaxEvents; page++)
        {
            var found = await ledger.ListAsync(query, CancellationToken.None);
            failures.AddRange(found.Events);
            if (found.Next is not { } next)
            {
                isTruncated = false;
                break;
            }

            query = query with { Before = next, Limit = Math.Max(1, Math.Min(PageSize, MaxEvents - failures.Count)) };
        }

        var moot = await judge.FindMootAsync(failures, CancellationToken.None);
        var entities = failures.Select(summary => summary.Event.Entity).Distinct().Count();
        return new MootOverview(now, failures.Count, entities, isTruncated, moot);
    }
}

/// <summary>Which failures are moot.</summary>
/// <param name="AsOf">When they were judged.</param>
/// <param name="Judged">How many were judged.</param>
/// <param name="Entities">How many entities they are about.</param>
/// <param name="IsTruncated">Whether there are more.</param>
/// <param name="Moot">Those that are moot, the newest first.</param>
internal sealed record MootOverview(DateTimeOffset AsOf, int Judged, int Entities, bool IsTruncated, IReadOnlyList<MootFailure> Moot);
