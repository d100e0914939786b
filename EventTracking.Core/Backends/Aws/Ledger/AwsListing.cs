using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using EventTracking.Core.Backends.Aws.Calls;
using EventTracking.Core.Backends.Aws.Tables;
using EventTracking.Core.Configuration;
using EventTracking.Core.Events;
using Microsoft.Extensions.Options;

namespace EventTracking.Core.Backends.Aws.Ledger;

/// <summary>
/// Lists events, newest first. Each listing queries one of the indexes or the days of the table, never a scan; other
/// filters apply to the items on the way, up to a limit of records per call. Indexes lag the table by moments: a listed
/// event may have changed since, and one that was just written may be missing.
/// </summary>
internal sealed class AwsListing(
    IAmazonDynamoDB database, EntityListing entities, EventReader reader, IOptions<AwsOptions> options, IOptions<EventTrackingOptions> tracking, TimeProvider time)
{
    /// <summary>How far ids may be ahead of the clock: what intake tolerates from a source, a day, plus the skew between clocks.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromHours(25);

    /// <summary>Allowance for the time from an id to the end of its event, which is when the retention of the record starts.</summary>
    private static readonly TimeSpan Behind = TimeSpan.FromDays(31);

    private string Table => options.Value.EventsTable;

    public Task<EventPage> ListAsync(EventQuery query, CancellationToken cancellationToken) =>
        query.Order == EventOrder.Updated ? ListByTimeAsync(query, cancellationToken) : ListByIdAsync(query, cancellationToken);

    /// <summary>
    /// The index may lag, so a release may miss an event that has just begun to wait. That event checks once more with a
    /// consistent read after it is stored as waiting, and the sweeper finds any that remain.
    /// </summary>
    public async Task<IReadOnlyList<EventId>> ListWaitingAsync(EntityKey dependency, EventId? after, int limit, CancellationToken cancellationToken)
    {
        var query = EventQueries.Dependency(Table, dependency, new IdRange(after?.ToString() ?? EventQueries.Lowest, EventQueries.Highest));
        List<EventId> waiting = [];
        do
        {
            // Ask for one more, because the range includes the id after which the page starts.
            query.Limit = limit - waiting.Count + 1;
            var response = await AwsCall.RunAsync(database.QueryAsync(query, cancellationToken), cancellationToken);
            waiting.AddRange((response.Items ?? []).Select(item => EventId.Parse(item.GetText(EventsTable.SortKey))).Where(id => id != after));
            query.ExclusiveStartKey = response.LastEvaluatedKey;
        }
        while (waiting.Count < limit && query.ExclusiveStartKey is { Count: > 0 });

        return waiting.Count > limit ? waiting[..limit] : waiting;
    }

    /// <summary>Returns events that the attention index lists under a prefix, oldest id first.</summary>
    public async Task<IReadOnlyList<EventSummary>> ListMarkedAsync(string prefix, EventId? after, int limit, CancellationToken cancellationToken)
    {
        var range = new IdRange(after?.ToString() ?? EventQueries.Lowest, EventQueries.Highest);
        var shards = Enumerable.Range(0, EventKeys.Shards)
            .Select(shard => Stream(EventQueries.Attention(Table, prefix, shard, range, newestFirst: false, new EventQuery()), after?.ToString()));
        return await new ShardMerge<EventSummary>(database, [.. shards], descending: false, reader.Summary).TakeAllAsync(limit, cancellationToken);
    }

    private async Task<EventPage> ListByTimeAsync(EventQuery query, CancellationToken cancellationToken)
    {
        // A fingerprint without a status matches both statuses that can have a fingerprint.
        EventStatus[] statuses = query switch
        {
            { Status: null } => [EventStatus.Failed, EventStatus.Retrying],
            { Fingerprint: not null, Status: not (EventStatus.Failed or EventStatus.Retrying) } => [],
            { Status: { } status } => [status],
        };
        var below = query.Start is { } start ? TimeOrder.Text(start) : null;
        var range = new TimeRange(query.From?.UtcTicks ?? 0, below is null ? DateTimeOffset.MaxValue.UtcTicks : TimeOrder.TicksOf(below));
        if (statuses.Length == 0 || range.Low > range.High)
        {
            return new EventPage([], null);
        }

        List<TimeStream> streams =
        [
            .. from status in statuses
               from shard in Enumerable.Range(0, EventKeys.Shards)
               select new TimeStream(EventQueries.AttentionByTime(Table, status, shard, range, query), below),
        ];
        List<EventSummary> found = [];
        var reached = await Newest(streams).TakeAsync(found, query.Limit, ListingBudget.For(query.Limit, streams.Count), cancellationToken);
        return new EventPage(found, reached is null ? null : TimeOrder.Parse(reached));
    }

    private async Task<EventPage> ListByIdAsync(EventQuery query, CancellationToken cancellationToken)
    {
        var below = query.Start?.Id;
        var range = new IdRange(query.From is { } from ? EventId.FirstAt(from).ToString() : EventQueries.Lowest, below?.ToString() ?? EventQueries.Highest);
        if (string.CompareOrdinal(range.Low, range.High) > 0)
        {
            return new EventPage([], null);
        }

        return query switch
        {
            { Entity: { } entity } => await entities.ListAsync(entity, range, query, cancellationToken),
            { Status: { } status } when status.NeedsAttention() => await ListAttentionAsync(status, range, query, cancellationToken),
            _ => await ListDaysAsync(range, below, query, cancellationToken),
        };
    }

    private async Task<EventPage> ListAttentionAsync(EventStatus status, IdRange range, EventQuery query, CancellationToken cancellationToken)
    {
        List<ShardStream> streams =
        [
            .. Enumerable.Range(0, EventKeys.Shards).Select(shard => Stream(EventQueries.Attention(Table, status.ToText(), shard, range, newestFirst: true, query), range.High)),
        ];
        List<EventSummary> found = [];
        var reached = await Newest(streams).TakeAsync(found, query.Limit, ListingBudget.For(query.Limit, streams.Count), cancellationToken);
        return new EventPage(found, reached is null ? null : new EventPosition(null, EventId.Parse(reached)));
    }

    private async Task<EventPage> ListDaysAsync(IdRange range, EventId? below, EventQuery query, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var newest = DateOnly.FromDateTime((now + Ahead).UtcDateTime);
        var first = below is { } bound && (query.Before is null ? LastDayBelow(bound) : EventKeys.DayOf(bound)) is var day && day < newest ? day : newest;
        var from = query.From ?? now.AddDays(-tracking.Value.RecordRetentionDays) - Behind;
        var last = DateOnly.FromDateTime(from > DateTimeOffset.UnixEpoch ? from.UtcDateTime : DateTime.UnixEpoch);
        List<EventSummary> found = [];
        var budget = ListingBudget.For(query.Limit, EventKeys.Shards);
        foreach (var span in Spans(first, last, DateOnly.FromDateTime(now.UtcDateTime)))
        {
            if (budget.IsSpent)
            {
                return new EventPage(found, EventPosition.FirstAt(new DateTimeOffset(span.Newest.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero), EventOrder.Triggered));
            }

            var streams =
                from number in Enumerable.Range(span.Oldest.DayNumber, span.Newest.DayNumber - span.Oldest.DayNumber + 1)
                from shard in Enumerable.Range(0, EventKeys.Shards)
                select Stream(EventQueries.Day(Table, DateOnly.FromDayNumber(number), shard, range, query), range.High);
            if (await Newest([.. streams]).TakeAsync(found, query.Limit, budget, cancellationToken) is { } reached)
            {
                return new EventPage(found, new EventPosition(null, EventId.Parse(reached)));
            }

            if (found.Count >= query.Limit)
            {
                return new EventPage(found, span.Oldest > last ? EventPosition.Of(found[^1], EventOrder.Triggered) : null);
            }
        }

        return new EventPage(found, null);
    }

    /// <summary>The day of the bound, or the one before it if the bound is the very first id of its day.</summary>
    private static DateOnly LastDayBelow(EventId bound)
    {
        var day = EventKeys.DayOf(bound);
        return bound == EventId.FirstAt(new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero)) ? day.AddDays(-1) : day;
    }

    /// <summary>One day at a time, except that the days ahead, which hold next to nothing, are read along with today.</summary>
    private static IEnumerable<(DateOnly Newest, DateOnly Oldest)> Spans(DateOnly first, DateOnly last, DateOnly today)
    {
        var newest = first;
        if (first > today && today >= last)
        {
            yield return (first, today);
            newest = today.AddDays(-1);
        }

        for (; newest >= last; newest = newest.AddDays(-1))
        {
            yield return (newest, newest);
        }
    }

    private ShardMerge<EventSummary> Newest(IReadOnlyList<RowStream> streams) => new(database, streams, descending: true, reader.Summary);

    private static ShardStream Stream(QueryRequest query, string? excluded) => new(query, excluded, row => row.GetText(EventsTable.SortKey));
}
