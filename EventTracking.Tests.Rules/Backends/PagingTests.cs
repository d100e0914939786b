using Amazon.DynamoDBv2.Model;
using EventTracking.Core.Backends.Aws;
using EventTracking.Core.Backends.Aws.Ledger;
using EventTracking.Core.Backends.Aws.Tables;
using EventTracking.Core.Backends.Embedded;
using EventTracking.Core.Backends.Embedded.Ledger;
using EventTracking.Core.Backends.Embedded.Storage;
using EventTracking.Core.Events;
using EventTracking.Tests.Rules.Events;

namespace EventTracking.Tests.Rules.Backends;

/// <summary>A cursor names the last event of a page; the next page begins below it.</summary>
public sealed class PagingTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Listings => ["all", "entity", "status", "attention", "fingerprint", "in flight", "source"];

    [Theory]
    [MemberData(nameof(Listings))]
    public async Task Pages_name_each_event_once_newest_first(string listing)
    {
        await using var engine = StoredEvents.Idle();
        var (status, query) = Query(listing);
        List<EventId> stored = [];
        for (var number = 0; number < 5; number++)
        {
            // Failed and retrying events share the listing of a fingerprint.
            var record = StoredEvents.Of(listing == "fingerprint" && number % 2 == 0 ? EventStatus.Failed : status);
            stored.Add(await engine.StoreAsync(Given.Now.AddSeconds(number), record));
        }

        List<EventId> seen = [];
        List<int> sizes = [];
        EventPosition? before = null;
        for (var page = 0; page < 10 && (page == 0 || before is not null); page++)
        {
            var found = await engine.Ledger.ListAsync(query with { Limit = 2, Before = before }, Cancellation);
            seen.AddRange(found.Events.Select(summary => summary.Event.Id));
            sizes.Add(found.Events.Count);
            before = found.Next;
        }

        Assert.Equal(stored.AsEnumerable().Reverse(), seen);
        Assert.Equal([2, 2, 1], sizes);
    }

    // The first that was triggered failed last, by twice as many seconds as lie between them.
    [Theory]
    [InlineData("failed")]
    [InlineData("retrying")]
    [InlineData("waiting")]
    [InlineData("fingerprint")]
    [InlineData("failed of the entity")]
    public async Task What_needs_attention_is_paged_by_when_it_happened(string listing)
    {
        await using var engine = StoredEvents.Idle();
        var (status, query) = listing switch
        {
            "retrying" => (EventStatus.Retrying, new EventQuery { Status = EventStatus.Retrying }),
            "waiting" => (EventStatus.Waiting, new EventQuery { Status = EventStatus.Waiting }),
            "fingerprint" => (EventStatus.Failed, new EventQuery { Fingerprint = "fingerprint" }),
            "failed of the entity" => (EventStatus.Failed, new EventQuery { Status = EventStatus.Failed, Entity = Given.Product }),
            _ => (EventStatus.Failed, new EventQuery { Status = EventStatus.Failed }),
        };
        List<EventId> stored = [];
        for (var number = 0; number < 5; number++)
        {
            stored.Add(await engine.StoreAsync(EventId.FirstAt(Given.Now.AddSeconds(number)), StoredEvents.Of(status) with { UpdatedAt = Given.Now.AddSeconds(60 - (2 * number)) }));
        }

        List<EventId> seen = [];
        EventPosition? before = null;
        for (var page = 0; page < 10 && (page == 0 || before is not null); page++)
        {
            var found = await engine.Ledger.ListAsync(query with { Limit = 2, Before = before }, Cancellation);
            seen.AddRange(found.Events.Select(summary => summary.Event.Id));
            before = found.Next;
        }

        // From takes in its time, to does not.
        var period = await engine.Ledger.ListAsync(query with { From = Given.Now.AddSeconds(54), To = Given.Now.AddSeconds(58) }, Cancellation);

        Assert.Equal(stored, seen);
        Assert.Equal(stored[2..4], period.Events.Select(summary => summary.Event.Id));
    }

    // A walk looks at 10,000 records; none of these is of the source that is asked for.
    [Fact]
    public async Task A_page_may_be_empty_though_more_follow()
    {
        await using var engine = StoredEvents.Idle();
        await engine.Get<EmbeddedStore>().WriteAsync(
            scope =>
            {
                for (var number = 0; number < 10_001; number++)
                {
                    LedgerTable.TryInsert(scope.Database, Given.Event with { Id = EventId.FirstAt(Given.Now.AddMilliseconds(number)) }, null);
                }

                return true;
            },
            Cancellation);
        var query = new EventQuery { Source = "another" };

        var first = await engine.Ledger.ListAsync(query, Cancellation);
        var second = await engine.Ledger.ListAsync(query with { Before = first.Next }, Cancellation);

        Assert.Empty(first.Events);
        Assert.Equal(new EventPosition(null, EventId.FirstAt(Given.Now.AddMilliseconds(1))), first.Next);
        Assert.Empty(second.Events);
        Assert.Null(second.Next);
    }

    [Theory]
    [InlineData("source", 1)]
    [InlineData("topic", 1)]
    [InlineData("function", 1)]
    [InlineData("fingerprint of the entity", 1)]
    [InlineData("status of the entity", 1)]
    [InlineData("source and topic of another", 0)]
    public async Task Filters_leave_what_has_all_of_them(string filter, int found)
    {
        await using var engine = StoredEvents.Idle();
        var record = StoredEvents.Of(EventStatus.Failed);
        var other = record with
        {
            Status = EventStatus.Succeeded,
            Event = record.Event with { Source = "other source", Topic = "other topic", Function = "other function" },
            Attempts = [],
        };
        var wanted = await engine.StoreAsync(Given.Now, record);
        await engine.StoreAsync(Given.Now.AddSeconds(1), other);
        await engine.StoreAsync(Given.Now.AddSeconds(-1), other);

        var page = await engine.Ledger.ListAsync(
            filter switch
            {
                "source" => new EventQuery { Source = "brightpearl" },
                "topic" => new EventQuery { Topic = "product.modified.on-hand-modified" },
                "function" => new EventQuery { Function = "stock-sync" },
                "fingerprint of the entity" => new EventQuery { Entity = Given.Product, Fingerprint = "fingerprint" },
                "status of the entity" => new EventQuery { Entity = Given.Product, Status = EventStatus.Failed },
                _ => new EventQuery { Source = "brightpearl", Topic = "other topic" },
            },
            Cancellation);

        Assert.Equal(found == 0 ? [] : [wanted], page.Events.Select(summary => summary.Event.Id));
        Assert.Null(page.Next);
    }

    // From takes in its time, to does not.
    [Theory]
    [InlineData(1, 3, "1, 2")]
    [InlineData(0, 1, "0")]
    [InlineData(null, 2, "0, 1")]
    [InlineData(3, null, "3, 4")]
    public async Task A_range_of_time_has_its_beginning_and_not_its_end(int? from, int? to, string expected)
    {
        await using var engine = StoredEvents.Idle();
        for (var number = 0; number < 5; number++)
        {
            await engine.StoreAsync(Given.Now.AddSeconds(number), StoredEvents.Of(EventStatus.Succeeded));
        }

        var page = await engine.Ledger.ListAsync(new EventQuery { From = from is { } first ? Given.Now.AddSeconds(first) : null, To = to is { } end ? Given.Now.AddSeconds(end) : null }, Cancellation);

        Assert.Equal(expected, string.Join(", ", page.Events.Select(summary => (summary.Event.Id.Time - Given.Now).TotalSeconds).Order()));
        Assert.Null(page.Next);
    }

    [Fact]
    public async Task What_waits_is_listed_oldest_first_after_the_id_of_the_page_before()
    {
        await using var engine = StoredEvents.Idle();
        List<EventId> stored = [];
        for (var number = 0; number < 3; number++)
        {
            stored.Add(await engine.StoreAsync(Given.Now.AddSeconds(number), StoredEvents.Of(EventStatus.Waiting)));
        }

        Assert.Equal(stored[..2], await engine.Ledger.ListWaitingAsync(Given.Product, null, 2, Cancellation));
        Assert.Equal(stored[2..], await engine.Ledger.ListWaitingAsync(Given.Product, stored[1], 2, Cancellation));
        Assert.Empty(await engine.Ledger.ListWaitingAsync(EntityKey.Parse("product:7"), null, 2, Cancellation));
    }

    [Theory]
    [InlineData("b", "a c")]
    [InlineData(null, "a b c")]
    public async Task On_AWS_the_row_that_a_cursor_names_is_passed_over(string? cursor, string expected)
    {
        using var database = new ScriptedDynamo("""{"Items":[{"sk":{"S":"a"}},{"sk":{"S":"b"}},{"sk":{"S":"c"}}],"ScannedCount":3,"Count":3}""");
        var stream = new ShardStream(new QueryRequest("events"), cursor, row => row["sk"].S);

        Assert.Equal(3, await stream.FetchAsync(database.Client, 10, Cancellation));

        List<string> rows = [];
        while (!stream.IsAtEnd)
        {
            rows.Add(stream.Take()["sk"].S);
        }

        Assert.Equal(expected, string.Join(' ', rows));
    }

    // The index returned those of time 2 in an order of its own.
    [Theory]
    [InlineData(null, "d b a c")]
    [InlineData("0000000000000000002#d", "b a c")]
    [InlineData("0000000000000000002#b", "a c")]
    [InlineData("0000000000000000001#~", "c")]
    public async Task On_AWS_rows_of_the_same_time_come_by_id(string? below, string expected)
    {
        using var database = new ScriptedDynamo("""
            {"Items":[{"sk":{"S":"b"},"updated_at":{"N":"2"}},{"sk":{"S":"d"},"updated_at":{"N":"2"}},{"sk":{"S":"a"},"updated_at":{"N":"2"}},{"sk":{"S":"c"},"updated_at":{"N":"1"}}],"ScannedCount":4,"Count":4}
            """);
        var stream = new TimeStream(new QueryRequest("events"), below);

        Assert.Equal(4, await stream.FetchAsync(database.Client, 10, Cancellation));

        List<string> rows = [];
        while (!stream.IsAtEnd)
        {
            rows.Add(stream.Take()["sk"].S);
        }

        Assert.Equal(expected, string.Join(' ', rows));
    }

    [Fact]
    public void On_AWS_a_position_in_a_list_by_time_comes_back_as_it_went()
    {
        EventPosition[] positions = [new(Given.Now, Given.Id), new(Given.Now, default), new(DateTimeOffset.UnixEpoch.AddTicks(1), Given.Id)];

        Assert.Equal(positions, positions.Select(position => TimeOrder.Parse(TimeOrder.Text(position))));
        Assert.Equal(positions.Order(), positions.OrderBy(TimeOrder.Text, StringComparer.Ordinal));
    }

    private static (EventStatus Status, EventQuery Query) Query(string listing) => listing switch
    {
        "entity" => (EventStatus.Succeeded, new EventQuery { Entity = Given.Product }),
        "status" => (EventStatus.Succeeded, new EventQuery { Status = EventStatus.Succeeded }),
        "attention" => (EventStatus.Waiting, new EventQuery { Status = EventStatus.Waiting }),
        "fingerprint" => (EventStatus.Retrying, new EventQuery { Fingerprint = "fingerprint" }),
        "in flight" => (EventStatus.Processing, new EventQuery { InFlight = true }),
        "source" => (EventStatus.Succeeded, new EventQuery { Source = "brightpearl" }),
        _ => (EventStatus.Succeeded, new EventQuery()),
    };
}
