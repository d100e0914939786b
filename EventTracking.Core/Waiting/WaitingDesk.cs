using EventTracking.Core.Configuration;
using EventTracking.Core.Events;
using Microsoft.Extensions.Options;

namespace EventTracking.Core.Waiting;

/// <summary>What events wait for now.</summary>
/// <param name="AsOf">When the events were counted.</param>
/// <param name="Count">The number of waiting events that were counted.</param>
/// <param name="IsTruncated">Whether more events wait than were counted; the newest were.</param>
/// <param name="Dependencies">What they wait for, the one that is waited for longest first.</param>
/// <param name="More">How many further dependencies there are.</param>
internal sealed record WaitingOverview(DateTimeOffset AsOf, int Count, bool IsTruncated, IReadOnlyList<WaitedFor> Dependencies, int More);

/// <summary>An entity that events wait for.</summary>
/// <param name="Dependency">The entity.</param>
/// <param name="Count">How many events wait for it.</param>
/// <param name="Functions">Their functions.</param>
/// <param name="Since">Since when the first of them waits.</param>
/// <param name="GivesUpAt">When that one fails unless the entity has arrived.</param>
/// <param name="Import">The last import of the entity; null if none was requested or its record is gone.</param>
internal sealed record WaitedFor(EntityKey Dependency, int Count, IReadOnlyList<string> Functions, DateTimeOffset Since, DateTimeOffset GivesUpAt, EventRecord? Import);

/// <summary>
/// Shows operators what events wait for, and does what they decide. On AWS, counting 10,000 waiting events takes about 800 read units, and
/// each dependency that is shown takes three more.
/// </summary>
internal sealed class WaitingDesk(IEventLedger ledger, WaitingRoom waitingRoom, DependencyReleaser releaser, IOptions<EventTrackingOptions> options, TimeProvider time)
{
    /// <summary>More events are not counted.</summary>
    public const int MaxEvents = 10_000;

    /// <summary>More events are not dismissed by one call.</summary>
    public const int MaxDismissed = 1000;

    private const int PageSize = 200;
    private const int MaxPages = 100;
    private const int AtOnce = 10;

    public async Task<WaitingOverview> ListAsync(int limit, CancellationToken cancellationToken)
    {
        var (events, more) = await CountAsync(cancellationToken);
        var groups = events.Where(summary => summary.WaitingOn is not null).GroupBy(summary => summary.WaitingOn!.Value)
            .Select(group => (Dependency: group.Key, Events: group.ToArray(), Since: group.Min(summary => summary.UpdatedAt)))
            .OrderBy(group => group.Since).ThenBy(group => group.Dependency.ToString(), StringComparer.Ordinal)
            .ToArray();
        var shown = new List<WaitedFor>();
        foreach (var chunk in groups.Take(limit).Chunk(AtOnce))
        {
            shown.AddRange(await Task.WhenAll(chunk.Select(async group =>
            {
                var since = await FindSinceAsync(group.Events, group.Since, cancellationToken);
                return new WaitedFor(
                    group.Dependency,
                    group.Events.Length,
                    [.. group.Events.Select(summary => summary.Event.Function).Distinct().Order(StringComparer.Ordinal)],
                    since,
                    since + options.Value.WaitLimit,
                    await waitingRoom.FindLastImportAsync(group.Dependency, group.Events[0].Event, cancellationToken));
            })));
        }

        return new WaitingOverview(time.GetUtcNow(), events.Count, more, shown, Math.Max(0, groups.Length - limit));
    }

    /// <summary>Has the entity imported now, unless its import is under way; returns the import's id, or null if nothing waits for the entity.</summary>
    public async Task<EventId?> ImportAsync(EntityKey dependency, string by, CancellationToken cancellationToken) =>
        await ledger.ListWaitingAsync(dependency, null, 1, cancellationToken) is [var waiting] && await ledger.FindAsync(waiting, cancellationToken) is { } record
            ? await waitingRoom.ImportNowAsync(record.Event, dependency, by, cancellationToken)
            : null;

    /// <summary>Sends all events that wait for the entity to their functions, whether it is there or not, and returns how many.</summary>
    public Task<int> ReleaseAsync(EntityKey dependency, string by, string? reason, CancellationToken cancellationToken) =>
        releaser.ReleaseAsync(dependency, by, ReleaseReason.OfOperator(dependency, reason), cancellationToken);

    /// <summary>Dismisses up to a thousand events that wait for the entity. Returns how many, and whether there are more.</summary>
    public async Task<(int Dismissed, bool More)> DismissAsync(EntityKey dependency, string by, string reason, CancellationToken cancellationToken)
    {
        var (dismissed, seen, after) = (0, 0, default(EventId?));
        while (seen < MaxDismissed)
        {
            var page = await ledger.ListWaitingAsync(dependency, after, PageSize, cancellationToken);
            foreach (var chunk in page.Chunk(AtOnce))
            {
                var results = await Task.WhenAll(chunk.Select(id => DismissAsync(id, by, reason, cancellationToken)));
                dismissed += results.Count(result => result is TransitionResult.Done);
            }

            seen += page.Count;
            if (page.Count < PageSize)
            {
                return (dismissed, false);
            }

            after = page[^1];
        }

        return (dismissed, true);
    }

    /// <summary>A list says when an event began to wait last. The record of the oldest one that has run more often says whether it had waited before.</summary>
    private async Task<DateTimeOffset> FindSinceAsync(IEnumerable<EventSummary> events, DateTimeOffset listed, CancellationToken cancellationToken) =>
        events.Where(summary => summary.AttemptCount > 1).MinBy(summary => summary.Event.ReceivedAt) is { } again
        && await ledger.FindAsync(again.Event.Id, cancellationToken) is { Status: EventStatus.Waiting } record
        && WaitTimes.SinceOf(record) is var since && since < listed
            ? since
            : listed;

    private Task<TransitionResult> DismissAsync(EventId id, string by, string reason, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var entry = new HistoryEntry(HistoryEntryKind.Dismissal, by, now, reason, 0);
        return ledger.CloseAsync(new CloseRequest(id, EventStatus.Dismissed, entry, null, now) { From = [EventStatus.Waiting] }, cancellationToken);
    }

    private async Task<(IReadOnlyList<EventSummary> Events, bool More)> CountAsync(CancellationToken cancellationToken)
    {
        var (events, query) = (new List<EventSummary>(), new EventQuery { Status = EventStatus.Waiting, Limit = MaxEvents });
        for (var page = 0; page < MaxPages && events.Count < MaxEvents; page++)
        {
            var found = await ledger.ListAsync(query with { Limit = MaxEvents - events.Count }, cancellationToken);
            events.AddRange(found.Events);
            if (found.Next is not { } next)
            {
                return (events, false);
            }

            query = query with { Before = next };
        }

        return (events, true);
    }
}
