using EventTracking.Core.Events;
using EventTracking.Core.Intake;
using EventTracking.Core.Search;
using EventTracking.Tests.Backends;
using EventTracking.Tests.Events;

namespace EventTracking.Tests.Search;

/// <summary>How every store finds events by what is no filter of a list.</summary>
public abstract class EventSearchContract(BackendFixture backend) : LedgerContract(backend)
{
    private IEventSearch Search => Backend.Search;

    private IdTimes Today => new(Now.AddHours(-1), Now.AddHours(1));

    [Fact]
    public async Task Finds_a_delivery_by_the_hash_in_its_id_within_the_range()
    {
        var delivery = Sample.Name("delivery");
        var inside = Named(delivery, Now);
        var before = Named(delivery, Now.AddHours(-2));
        await AcceptAsync(inside, before, Sample.Event(Now));

        // The time of the id that carries the hash does not matter.
        var wanted = EventId.ForDelivery("shopify", "sample.myshopify.com", delivery, DateTimeOffset.UnixEpoch);
        var other = EventId.ForDelivery("shopify", "other.myshopify.com", delivery, DateTimeOffset.UnixEpoch);
        var found = await Search.FindByHashAsync([other, wanted], Today, Cancellation);

        Assert.Equal([inside.Id], found.Ids);
        Assert.True(found.IsComplete);
        Assert.Empty((await Search.FindByHashAsync([other], Today, Cancellation)).Ids);
    }

    [Fact]
    public async Task Finds_events_by_their_trace_newest_first_up_to_the_limit()
    {
        var trace = Guid.NewGuid().ToString("N");
        EventMetadata[] events = [.. Enumerable.Range(0, 3).Select(minute => Sample.Event(Now.AddMinutes(-minute)) with { TraceId = trace })];
        await AcceptAsync([.. events, Sample.Event(Now), Sample.Event(Now.AddHours(-2)) with { TraceId = trace }]);

        var all = await Search.FindByTraceAsync(trace, Today, 3, Cancellation);
        var some = await Search.FindByTraceAsync(trace, Today, 2, Cancellation);

        Assert.Equal(events.Select(metadata => metadata.Id), all.Ids);
        Assert.True(all.IsComplete);
        Assert.Equal(events.Take(2).Select(metadata => metadata.Id), some.Ids);
        Assert.False(some.IsComplete);
    }

    [Fact]
    public async Task Finds_events_by_the_keys_that_were_stored_with_their_outcome()
    {
        var value = Sample.Name("#1001");
        var (first, second) = (Sample.Event(Now.AddMinutes(-1)), Sample.Event(Now));
        await CompleteWithKeysAsync(first, value, "other");
        await CompleteWithKeysAsync(second, value);

        var found = await Search.FindByKeyAsync(value, 10, Cancellation);

        Assert.Equal([second.Id, first.Id], found.Ids);
        Assert.True(found.IsComplete);
        Assert.Equal([second.Id], (await Search.FindByKeyAsync(value, 1, Cancellation)).Ids);
        Assert.False((await Search.FindByKeyAsync(value, 1, Cancellation)).IsComplete);
        Assert.Empty((await Search.FindByKeyAsync(value + "x", 10, Cancellation)).Ids);
    }

    [Fact]
    public async Task Finds_the_events_of_an_entity_around_one_of_them()
    {
        var entity = new EntityKey("product", Sample.Name("p"));
        EventMetadata[] events = [.. Enumerable.Range(0, 5).Select(minute => Sample.Event(Now.AddMinutes(minute - 5)) with { Entity = entity })];
        await AcceptAsync([.. events, Sample.Event(Now)]);

        var around = await Search.FindNeighborsAsync(entity, events[2].Id, 2, Cancellation);
        var near = await Search.FindNeighborsAsync(entity, events[2].Id, 1, Cancellation);

        Assert.Equal([events[1].Id, events[0].Id], around.Earlier);
        Assert.Equal([events[3].Id, events[4].Id], around.Later);
        Assert.Equal([events[1].Id], near.Earlier);
        Assert.Equal([events[3].Id], near.Later);
    }

    [Fact]
    public async Task Keeps_the_delivery_id_of_an_event_and_names_its_edited_replays()
    {
        var metadata = Sample.Event(Now) with { DeliveryId = Sample.Name("delivery") };
        await AcceptAsync(metadata);
        EventId[] edits = [.. Enumerable.Range(0, 21).Select(second => Sample.Id(Now.AddSeconds(second)))];

        foreach (var edit in (EventId[])[.. edits, edits[^1]])
        {
            Assert.True(await Ledger.AddEditedReplayAsync(metadata.Id, edit, Cancellation));
        }

        var record = await FindAsync(metadata.Id);
        Assert.Equal(metadata, record.Event);
        Assert.Equal(edits[1..], record.EditedReplays);
        Assert.Equal(EventStatus.Queued, record.Status);
        Assert.False(await Ledger.AddEditedReplayAsync(Sample.Id(Now), edits[0], Cancellation));
    }

    [Fact]
    public async Task An_edited_replay_noted_during_an_attempt_survives_its_end()
    {
        var metadata = Sample.Event(Now);
        var edit = Sample.Id(Now);
        var claimed = await ClaimAsync(metadata);

        await Ledger.AddEditedReplayAsync(metadata.Id, edit, Cancellation);

        Assert.True(await Ledger.CompleteAsync(new Completion(metadata.Id, Sample.End(claimed.Attempts[^1], EventStatus.Succeeded, Now), null, []), Cancellation));
        Assert.Equal((EventStatus.Succeeded, edit), ((await FindAsync(metadata.Id)).Status, Assert.Single((await FindAsync(metadata.Id)).EditedReplays)));
    }

    private static EventMetadata Named(string delivery, DateTimeOffset time) =>
        Sample.Event(time) with { Id = EventId.ForDelivery("shopify", "sample.myshopify.com", delivery, time) };

    private Task<IReadOnlyList<Acceptance>> AcceptAsync(params EventMetadata[] events) => Backend.Intake.AcceptAsync([.. events.Select(Sample.New)], Cancellation);

    private async Task CompleteWithKeysAsync(EventMetadata metadata, params string[] keys)
    {
        var claimed = await ClaimAsync(metadata);
        Assert.True(await Ledger.CompleteAsync(new Completion(metadata.Id, Sample.End(claimed.Attempts[^1], EventStatus.Ignored, Now), null, []) { Keys = keys }, Cancellation));
    }
}
