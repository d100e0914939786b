using EventTracking.Core.Events;
using EventTracking.Tests.Backends;

namespace EventTracking.Tests.Events;

/// <summary>How every ledger finds many events at once, and the later events of many entities.</summary>
public abstract class LaterEventsContract(BackendFixture backend) : LedgerContract(backend)
{
    private readonly EntityKey entity = new("product", Sample.Name("id"));

    [Fact]
    public async Task Finds_the_records_that_exist()
    {
        var (first, second) = (Sample.Event(Now), Sample.Event(Now));
        await CompleteAsync(first, EventStatus.Failed, Sample.Failure("print"));
        await CompleteAsync(second, EventStatus.Succeeded);

        var found = await Ledger.FindAsync([first.Id, Sample.Id(Now), second.Id], Cancellation);

        Assert.Equal(
            new[] { (first.Id, EventStatus.Failed, "print"), (second.Id, EventStatus.Succeeded, null) }.ToHashSet(),
            [.. found.Select(record => (record.Id, record.Status, record.Error?.Fingerprint))]);
    }

    [Fact]
    public async Task Finds_a_hundred_records_at_once()
    {
        List<EventMetadata> events = [.. Enumerable.Range(0, IEventLedger.FoundAtOnce).Select(_ => Sample.Event(Now))];
        await Task.WhenAll(events.Select(ClaimAsync));

        var found = await Ledger.FindAsync([.. events.Select(metadata => metadata.Id)], Cancellation);

        Assert.Equal(events.Select(metadata => metadata.Id).Order(), found.Select(record => record.Id).Order());
    }

    [Fact]
    public async Task Lists_of_each_entity_what_came_later()
    {
        var other = new EntityKey("product", Sample.Name("id"));
        var (earlier, failed, later) = (Of(entity, 0), Of(entity, 1), Of(entity, 2));
        var (otherFailed, otherLater) = (Of(other, 5), Of(other, 6));
        await CompleteAsync(earlier, EventStatus.Succeeded);
        await CompleteAsync(failed, EventStatus.Failed, Sample.Failure());
        await CompleteAsync(later, EventStatus.Succeeded);
        await CompleteAsync(otherFailed, EventStatus.Failed, Sample.Failure());
        await CompleteAsync(otherLater, EventStatus.Failed, Sample.Failure());

        var listed = await Ledger.ListLaterAsync([new LaterQuery(entity, failed.Id), new LaterQuery(other, otherFailed.Id)], Cancellation);

        Assert.Equal(
            new[] { (later.Id, entity, EventStatus.Succeeded), (otherLater.Id, other, EventStatus.Failed) }.ToHashSet(),
            [.. listed.Select(summary => (summary.Event.Id, summary.Event.Entity!.Value, summary.Status))]);
    }

    [Fact]
    public async Task Lists_the_newest_of_many_later_events()
    {
        List<EventMetadata> events = [.. Enumerable.Range(0, IEventLedger.LaterKept + 5).Select(second => Of(entity, second))];
        await Task.WhenAll(events.Select(ClaimAsync));

        var listed = await Ledger.ListLaterAsync([new LaterQuery(entity, events[0].Id)], Cancellation);

        Assert.Equal(events[5..].Select(metadata => metadata.Id), listed.Select(summary => summary.Event.Id).Order());
    }

    [Fact]
    public async Task Lists_nothing_of_no_entities() => Assert.Empty(await Ledger.ListLaterAsync([], Cancellation));

    private EventMetadata Of(EntityKey about, int second) => Sample.Event(Now.AddSeconds(second)) with { Entity = about };
}
