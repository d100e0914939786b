using System.Net;
using System.Text.Json;
using EventTracking.Core.Backends.Aws;
using EventTracking.Core.Backends.Aws.Ledger;
using EventTracking.Core.Backends.Aws.Recovery;
using EventTracking.Core.Backends.Aws.Tables;
using EventTracking.Core.Events;

namespace EventTracking.Tests.Backends.Aws;

/// <summary>Pages over many shards and days lose nothing and repeat nothing.</summary>
public sealed class AwsListingTests(DynamoBackend backend) : IClassFixture<DynamoBackend>
{
    private static readonly DateTimeOffset Midnight = new(2026, 9, 2, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(40)]
    public async Task Pages_over_a_border_of_days_with_equal_times(int limit)
    {
        var function = Sample.Name("function");
        List<EventMetadata> events =
        [
            .. Enumerable.Range(0, 20).Select(_ => Sample.Event(Midnight.AddMilliseconds(-1), function)),
            .. Enumerable.Range(0, 20).Select(_ => Sample.Event(Midnight, function)),
            .. Enumerable.Range(0, 20).Select(_ => Sample.Event(Midnight.AddMilliseconds(1))),
        ];
        await CreateAsync(events);

        var listed = await ListAllAsync(new EventQuery { Function = function, From = Midnight.AddDays(-1), To = Midnight.AddDays(1), Limit = limit });

        Assert.Equal(Expected(events.Where(metadata => metadata.Function == function)), listed);
    }

    [Fact]
    public async Task Pages_over_what_calls_for_attention()
    {
        var topic = Sample.Name("topic");
        List<EventMetadata> events = [.. Enumerable.Range(0, 30).Select(number => Sample.Event(Midnight.AddHours(number / 10)) with { Topic = topic })];
        foreach (var metadata in events)
        {
            await FailAsync(metadata);
        }

        Assert.Equal(Expected(events), await ListAllAsync(new EventQuery { Status = EventStatus.Failed, Topic = topic, Limit = 4 }));
    }

    [Fact]
    public async Task Goes_on_where_a_spent_budget_broke_off()
    {
        var day = DateOnly.FromDateTime(Midnight.AddDays(-40).Date);
        var topic = Sample.Name("topic");
        List<EventMetadata> events = [.. Enumerable.Range(0, 120).Select(number => Sample.Event(Midnight.AddDays(-40).AddMinutes(number / 2)) with { Topic = number % 5 == 0 ? topic : "other" })];
        await CreateAsync(events);

        List<EventId> listed = [];
        string? cursor = EventQueries.Highest;
        var calls = 0;
        while (cursor is not null && calls < 500)
        {
            var range = new IdRange(EventQueries.Lowest, cursor);
            var streams = Enumerable.Range(0, EventKeys.Shards).Select(shard =>
                new ShardStream(EventQueries.Day(backend.EventsTable, day, shard, range, new EventQuery { Topic = topic }), cursor, row => row.GetText(EventsTable.SortKey)));
            List<EventSummary> taken = [];
            cursor = await new ShardMerge<EventSummary>(backend.Database, [.. streams], descending: true, EventItems.ReadSummary)
                .TakeAsync(taken, 5, new ListingBudget(firstPage: 2, maxExamined: 20), Cancellation);
            listed.AddRange(taken.Select(summary => summary.Event.Id));
            calls++;
        }

        Assert.Equal(Expected(events.Where(metadata => metadata.Topic == topic)), listed);
        Assert.True(calls > 3);
    }

    /// <summary>An index returns rows of one time in any order, and none of them may be lost where a page or a call breaks off among them.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 20)]
    [InlineData(50, 3)]
    public async Task Goes_on_where_a_spent_budget_broke_off_among_failures_of_the_same_time(int firstPage, int maxExamined)
    {
        var (function, topic) = (Sample.Name("function"), Sample.Name("topic"));
        var at = backend.Now.AddDays(-3);
        List<(EventMetadata Event, DateTimeOffset At)> failed =
            [.. Enumerable.Range(0, 120).Select(number => (Sample.Event(Midnight.AddMinutes(number), function) with { Topic = number % 5 == 0 ? topic : "other" }, at.AddTicks(number / 40)))];
        await Task.WhenAll(failed.Select(entry => FailAsync(entry.Event, entry.At)));

        List<EventId> listed = [];
        string? cursor = null;
        var calls = 0;
        do
        {
            var range = new TimeRange(0, cursor is null ? DateTimeOffset.MaxValue.UtcTicks : TimeOrder.TicksOf(cursor));
            var streams = Enumerable.Range(0, EventKeys.Shards).Select(shard =>
                new TimeStream(EventQueries.AttentionByTime(backend.EventsTable, EventStatus.Failed, shard, range, new EventQuery { Topic = topic }), cursor));
            List<EventSummary> taken = [];
            cursor = await new ShardMerge<EventSummary>(backend.Database, [.. streams], descending: true, EventItems.ReadSummary)
                .TakeAsync(taken, 5, new ListingBudget(firstPage, maxExamined), Cancellation);
            Assert.True(taken.Count <= 5);
            listed.AddRange(taken.Select(summary => summary.Event.Id));

            // A cursor goes out as a position and comes back as one.
            cursor = cursor is null ? null : TimeOrder.Text(TimeOrder.Parse(cursor));
        }
        while (cursor is not null && ++calls < 500);

        Assert.Equal(
            failed.Where(entry => entry.Event.Topic == topic).OrderByDescending(entry => entry.At).ThenByDescending(entry => entry.Event.Id).Select(entry => entry.Event.Id),
            listed);
    }

    [Fact]
    public async Task Lists_events_that_the_source_triggered_up_to_a_day_ahead()
    {
        var function = Sample.Name("function");
        List<EventMetadata> events = [.. Enumerable.Range(-2, 6).Select(number => Sample.Event(backend.Now.AddHours(number * 8), function))];
        await CreateAsync(events);

        Assert.Equal(Expected(events), await ListAllAsync(new EventQuery { Function = function, From = backend.Now.AddDays(-2), Limit = 2 }));
    }

    [Fact]
    public async Task Passes_over_a_bounded_number_of_empty_days_a_call()
    {
        var first = backend.Now.AddDays(-70);
        var metadata = Sample.Event(first.AddSeconds(1));
        await CreateAsync([metadata]);
        var before = backend.Faults.Calls.Count;
        var query = new EventQuery { Function = metadata.Function, From = first };

        var page = await backend.Ledger.ListAsync(query, Cancellation);

        Assert.Empty(page.Events);
        Assert.NotNull(page.Next);
        // The days ahead are read along with today.
        Assert.InRange(backend.Faults.Calls.Count - before, 1, (32 + 2) * EventKeys.Shards);
        Assert.Equal([metadata.Id], await ListAllAsync(query with { Before = page.Next }));
    }

    [Fact]
    public async Task Reads_the_records_of_an_entity_that_a_batch_left_out()
    {
        var entity = new EntityKey("product", Sample.Name("id"));
        List<EventMetadata> events = [.. Enumerable.Range(0, 12).Select(hour => Sample.Event(Midnight.AddHours(-hour)) with { Entity = entity })];
        await CreateAsync(events);
        var keys = events.OrderByDescending(metadata => metadata.Id).Take(6)
            .Select(metadata => EventKeys.KeyOf(metadata.Id).ToDictionary(key => key.Key, key => new Dictionary<string, string> { ["S"] = key.Value.S }));
        backend.Faults.Response("BatchGetItem", HttpStatusCode.OK, JsonSerializer.Serialize(new
        {
            Responses = new Dictionary<string, object[]> { [backend.EventsTable] = [] },
            UnprocessedKeys = new Dictionary<string, object> { [backend.EventsTable] = new { Keys = keys, ConsistentRead = true } },
        }));

        Assert.Equal(Expected(events), await ListAllAsync(new EventQuery { Entity = entity, Limit = 5 }));
    }

    [Fact]
    public async Task Lists_full_pages_of_what_was_requeued_oldest_first()
    {
        List<EventMetadata> events = [.. Enumerable.Range(0, 40).Select(number => Sample.Event(Midnight.AddMinutes(number / 8)))];
        foreach (var metadata in events)
        {
            await FailAsync(metadata);
            await backend.Ledger.RequeueAsync(new Requeue(metadata.Id, [EventStatus.Failed], null, new HistoryEntry(HistoryEntryKind.BulkReplay, "ann", backend.Now, null, 0)), Cancellation);
        }

        List<EventId> listed = [];
        IReadOnlyList<EventSummary> page;
        do
        {
            page = await backend.Ledger.ListRequeuedAsync(listed.Count > 0 ? listed[^1] : null, 15, Cancellation);
            listed.AddRange(page.Select(summary => summary.Event.Id));
        }
        while (page.Count == 15);

        Assert.Equal(events.Select(metadata => metadata.Id).Order(), listed);
    }

    [Fact]
    public async Task Remembers_where_a_sweep_stopped()
    {
        var position = new AwsSweepPosition(backend.Database, backend.Options);
        var id = Sample.Id(Midnight);
        Assert.Null(await position.FindAsync(Cancellation));
        await position.StoreAsync(id, Cancellation);
        Assert.Equal(id, await position.FindAsync(Cancellation));
        await position.StoreAsync(null, Cancellation);
        Assert.Null(await position.FindAsync(Cancellation));
    }

    private static IEnumerable<EventId> Expected(IEnumerable<EventMetadata> events) => events.Select(metadata => metadata.Id).OrderDescending();

    private async Task CreateAsync(List<EventMetadata> events) =>
        await Task.WhenAll(events.Select(metadata => backend.AwsLedger.TryCreateAsync(metadata, null, Cancellation)));

    private async Task FailAsync(EventMetadata metadata, DateTimeOffset? at = null)
    {
        var now = at ?? backend.Now;
        var claimed = Assert.IsType<ClaimResult.Claimed>(await backend.Ledger.ClaimAsync(Sample.Claim(metadata, now), Cancellation)).Record;
        await backend.Ledger.CompleteAsync(new Completion(metadata.Id, Sample.End(claimed.Attempts[^1], EventStatus.Failed, now, Sample.Failure()), null, []), Cancellation);
    }

    private async Task<List<EventId>> ListAllAsync(EventQuery query)
    {
        List<EventId> listed = [];
        EventPage page;
        do
        {
            page = await backend.Ledger.ListAsync(query, Cancellation);
            Assert.True(page.Events.Count <= query.Limit);
            listed.AddRange(page.Events.Select(summary => summary.Event.Id));
            query = query with { Before = page.Next };
        }
        while (page.Next is not null);
        return listed;
    }
}
