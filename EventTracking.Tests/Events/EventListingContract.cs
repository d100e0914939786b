using EventTracking.Core.Events;
using EventTracking.Tests.Backends;

namespace EventTracking.Tests.Events;

/// <summary>How every ledger lists events.</summary>
public abstract class EventListingContract(BackendFixture backend)
{
    private readonly DateTimeOffset start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private IEventLedger Ledger => backend.Ledger;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lists_newest_first_page_by_page_though_all_have_the_same_time()
    {
        var function = Sample.Name("function");
        var accepted = await AcceptAsync([.. Enumerable.Range(0, 25).Select(_ => Sample.Event(start, function))]);

        List<EventId> listed = [];
        EventPosition? before = null;
        do
        {
            var page = await Ledger.ListAsync(new EventQuery { Function = function, From = start, To = start.AddMilliseconds(1), Limit = 10, Before = before }, Cancellation);
            Assert.True(page.Events.Count <= 10);
            listed.AddRange(page.Events.Select(summary => summary.Event.Id));
            before = page.Next;
        }
        while (before is not null);

        Assert.Equal(accepted.Select(metadata => metadata.Id).OrderDescending(), listed);
    }

    [Fact]
    public async Task Lists_a_range_of_time_from_its_start_to_before_its_end()
    {
        var function = Sample.Name("function");
        var accepted = await AcceptAsync([.. Enumerable.Range(0, 5).Select(minute => Sample.Event(start.AddMinutes(minute), function))]);

        var listed = await ListAllAsync(new EventQuery { Function = function, From = start.AddMinutes(1), To = start.AddMinutes(3) });

        Assert.Equal([accepted[2].Id, accepted[1].Id], listed.Select(summary => summary.Event.Id));
        var between = await ListAllAsync(new EventQuery { Function = function, From = start.AddMinutes(1).AddTicks(1), To = start.AddMinutes(3).AddTicks(1) });
        Assert.Equal([accepted[3].Id, accepted[2].Id], between.Select(summary => summary.Event.Id));
    }

    [Fact]
    public async Task Lists_what_is_in_flight()
    {
        var function = Sample.Name("function");
        var accepted = await AcceptAsync([Sample.Event(start, function)]);
        var retrying = Sample.Event(start.AddSeconds(1), function);
        await CompleteAsync(retrying, EventStatus.Retrying, Sample.Failure());
        await CompleteAsync(Sample.Event(start.AddSeconds(2), function), EventStatus.Succeeded, null);
        await CompleteAsync(Sample.Event(start.AddSeconds(3), function), EventStatus.Failed, Sample.Failure());
        var processing = Sample.Event(start.AddSeconds(4), function);
        await Ledger.ClaimAsync(Sample.Claim(processing, start), Cancellation);

        var listed = await ListAllAsync(new EventQuery { Function = function, InFlight = true, From = start, To = start.AddMinutes(1) });

        Assert.Equal([processing.Id, retrying.Id, accepted[0].Id], listed.Select(summary => summary.Event.Id));
    }

    [Fact]
    public async Task Lists_a_summary_with_all_that_was_stored()
    {
        var metadata = Sample.Event(start);
        var failure = Sample.Failure();
        await CompleteAsync(metadata, EventStatus.Failed, failure);

        var summary = Assert.Single(await ListAllAsync(new EventQuery { Entity = metadata.Entity }));

        Assert.Equal(new EventSummary(metadata, EventStatus.Failed, start, 1, null, failure.Fingerprint, failure.Message) { Failure = FailureFacts.Of(failure) }, summary);
    }

    [Theory]
    [InlineData(EventStatus.Queued)]
    [InlineData(EventStatus.Processing)]
    [InlineData(EventStatus.Succeeded)]
    [InlineData(EventStatus.Superseded)]
    [InlineData(EventStatus.Ignored)]
    [InlineData(EventStatus.Waiting)]
    [InlineData(EventStatus.Retrying)]
    [InlineData(EventStatus.Failed)]
    [InlineData(EventStatus.Dismissed)]
    public async Task Lists_by_status(EventStatus status)
    {
        var function = Sample.Name("function");
        var all = await AcceptInEveryStatusAsync(function);

        var listed = await ListAllAsync(new EventQuery { Function = function, Status = status, From = start, To = start.AddHours(1) });

        Assert.Equal(all[status].Id, Assert.Single(listed).Event.Id);
        Assert.Equal(status, listed[0].Status);
    }

    [Fact]
    public async Task Lists_by_every_filter_alone_and_by_all_at_once()
    {
        var failure = Sample.Failure();
        var wanted = Sample.Event(start) with { Source = Sample.Name("source"), Topic = Sample.Name("topic") };
        var other = Sample.Event(start);
        await CompleteAsync(wanted, EventStatus.Failed, failure);
        await CompleteAsync(other, EventStatus.Failed, Sample.Failure());
        var range = new EventQuery { From = start, To = start.AddSeconds(1) };

        EventQuery[] queries =
        [
            range with { Source = wanted.Source },
            range with { Topic = wanted.Topic },
            range with { Function = wanted.Function },
            range with { Entity = wanted.Entity },
            range with { Fingerprint = failure.Fingerprint },
            range with { Status = EventStatus.Failed, Source = wanted.Source },
            range with { Status = EventStatus.Failed, Fingerprint = failure.Fingerprint },
            range with { Entity = wanted.Entity, Fingerprint = failure.Fingerprint },
            range with { Entity = wanted.Entity, Status = EventStatus.Failed, Function = wanted.Function },
            range with { Source = wanted.Source, Topic = wanted.Topic, Function = wanted.Function, Entity = wanted.Entity, Fingerprint = failure.Fingerprint, Status = EventStatus.Failed },
        ];

        foreach (var query in queries)
        {
            Assert.Equal(wanted.Id, Assert.Single(await ListAllAsync(query)).Event.Id);
        }

        Assert.Empty(await ListAllAsync(queries[^1] with { Status = EventStatus.Retrying }));
        Assert.Empty(await ListAllAsync(queries[^1] with { Entity = other.Entity }));
    }

    [Fact]
    public async Task Lists_what_waits_for_one_entity_only()
    {
        var function = Sample.Name("function");
        var (wanted, other) = (new EntityKey("product", Sample.Name("id")), new EntityKey("product", Sample.Name("id")));
        var (one, two, three) = (Sample.Event(start, function), Sample.Event(start.AddSeconds(1), function), Sample.Event(start.AddSeconds(2), function) with { Entity = wanted });
        await CompleteAsync(one, EventStatus.Waiting, waitingOn: wanted);
        await CompleteAsync(two, EventStatus.Waiting, waitingOn: other);
        await CompleteAsync(three, EventStatus.Waiting, waitingOn: wanted);
        var query = new EventQuery { Function = function, WaitingOn = wanted };

        Assert.Equal([three.Id, one.Id], (await ListAllAsync(query with { Status = EventStatus.Waiting })).Select(summary => summary.Event.Id).OrderDescending());
        Assert.Equal([three.Id, one.Id], (await ListAllAsync(query with { From = start, To = start.AddMinutes(1) })).Select(summary => summary.Event.Id));
        Assert.Equal([three.Id], (await ListAllAsync(query with { Entity = wanted, ById = true })).Select(summary => summary.Event.Id));
    }

    [Fact]
    public async Task Lists_a_fingerprint_over_statuses_page_by_page()
    {
        var failure = Sample.Failure();
        List<EventMetadata> accepted = [.. Enumerable.Range(0, 11).Select(minute => Sample.Event(start.AddMinutes(minute)))];
        foreach (var (index, metadata) in accepted.Index())
        {
            await CompleteAsync(metadata, index % 3 == 0 ? EventStatus.Retrying : EventStatus.Failed, failure);
        }

        var listed = await ListAllAsync(new EventQuery { Fingerprint = failure.Fingerprint, Limit = 3 });

        Assert.Equal(accepted.Select(metadata => metadata.Id).Reverse(), listed.Select(summary => summary.Event.Id));
    }

    [Theory]
    [InlineData(EventStatus.Failed)]
    [InlineData(EventStatus.Retrying)]
    [InlineData(EventStatus.Waiting)]
    public async Task Lists_what_needs_attention_by_when_it_happened_whatever_the_time_in_its_id(EventStatus status)
    {
        var function = Sample.Name("function");
        var at = start.AddHours(8);

        // The imports of a day carry the start of their window, and the last one that was triggered failed first.
        List<EventMetadata> events = [.. Enumerable.Range(0, 6).Select(number => Sample.Event(start.AddMinutes(-number), function))];
        foreach (var (number, metadata) in events.Index())
        {
            await EndAsync(metadata, status, at.AddMinutes(number));
        }

        var query = new EventQuery { Status = status, Function = function };
        Assert.Equal(IdsOf(Enumerable.Reverse(events)), IdsOf(await ListAllAsync(query)));
        Assert.Equal(IdsOf([events[3], events[2], events[1]]), IdsOf(await ListAllAsync(query with { From = at.AddMinutes(1), To = at.AddMinutes(4) })));
        Assert.Equal(IdsOf([events[2]]), IdsOf(await ListAllAsync(query with { From = at.AddMinutes(1).AddTicks(1), To = at.AddMinutes(2).AddTicks(1) })));
        Assert.Equal(IdsOf([events[4], events[3]]), IdsOf(await ListAllAsync(query with { From = at.AddMinutes(3), To = at.AddMinutes(5), Limit = 1 })));
        Assert.Empty(await ListAllAsync(query with { To = start.AddHours(1) }));
        Assert.Empty(await ListAllAsync(query with { From = start.AddHours(9) }));

        // All others are still found by when they were triggered.
        Assert.Equal(IdsOf([events[1], events[2]]), IdsOf(await ListAllAsync(new EventQuery { Function = function, From = start.AddMinutes(-2), To = start })));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public async Task Pages_by_time_name_each_event_once_though_many_share_a_time(int limit)
    {
        var topic = Sample.Name("topic");
        var failure = Sample.Failure();
        List<(EventMetadata Event, DateTimeOffset At)> failed =
            [.. Enumerable.Range(0, 40).Select(number => (Sample.Event(start.AddSeconds(number)) with { Topic = topic }, start.AddTicks(number % 3)))];
        foreach (var (number, (metadata, at)) in failed.Index())
        {
            await EndAsync(metadata, number % 4 == 0 ? EventStatus.Retrying : EventStatus.Failed, at, failure);
        }

        var expected = failed.OrderByDescending(entry => entry.At).ThenByDescending(entry => entry.Event.Id).Select(entry => entry.Event).ToList();
        Assert.Equal(IdsOf(expected), IdsOf(await ListAllAsync(new EventQuery { Fingerprint = failure.Fingerprint, Limit = limit })));
        var alone = expected.Where(metadata => failed.FindIndex(entry => entry.Event == metadata) % 4 != 0);
        Assert.Equal(IdsOf(alone), IdsOf(await ListAllAsync(new EventQuery { Status = EventStatus.Failed, Topic = topic, Limit = limit })));
    }

    [Fact]
    public async Task A_clock_that_differs_makes_no_page_skip_or_repeat_an_event()
    {
        var function = Sample.Name("function");
        List<EventMetadata> events = [.. Enumerable.Range(0, 9).Select(number => Sample.Event(start.AddSeconds(number), function))];
        foreach (var (number, metadata) in events.Index())
        {
            await EndAsync(metadata, EventStatus.Failed, start.AddMinutes(number));
        }

        var query = new EventQuery { Status = EventStatus.Failed, Function = function, Limit = 3 };
        var first = await Ledger.ListAsync(query, Cancellation);

        // Meanwhile one more fails by a slow clock, one by a fast clock, and one of the next page is replayed and fails again.
        var (slow, fast) = (Sample.Event(start.AddSeconds(20), function), Sample.Event(start.AddSeconds(21), function));
        await EndAsync(slow, EventStatus.Failed, start.AddMinutes(2.5));
        await EndAsync(fast, EventStatus.Failed, start.AddHours(1));
        await Ledger.RequeueAsync(new Requeue(events[4].Id, [EventStatus.Failed], null, new HistoryEntry(HistoryEntryKind.Replay, "ann", start, null, 0)), Cancellation);
        await EndAsync(events[4], EventStatus.Failed, start.AddHours(2));

        var rest = await ListAllAsync(query with { Before = first.Next });
        Assert.Equal(IdsOf([events[8], events[7], events[6]]), IdsOf(first.Events));
        Assert.Equal(IdsOf([events[5], events[3], slow, events[2], events[1], events[0]]), IdsOf(rest));
        Assert.Equal(IdsOf([events[4], fast, events[8]]), IdsOf((await Ledger.ListAsync(query, Cancellation)).Events));
    }

    [Fact]
    public async Task Lists_what_failed_about_an_entity_by_when_it_failed()
    {
        var entity = new EntityKey("product", Sample.Name("id"));
        List<EventMetadata> events = [.. Enumerable.Range(0, 4).Select(number => Sample.Event(start.AddMinutes(-number)) with { Entity = entity })];
        foreach (var (number, metadata) in events.Index())
        {
            await EndAsync(metadata, number == 0 ? EventStatus.Succeeded : EventStatus.Failed, start.AddHours(number));
        }

        Assert.Equal(IdsOf([events[3], events[2], events[1]]), IdsOf(await ListAllAsync(new EventQuery { Entity = entity, Status = EventStatus.Failed, Limit = 2 })));
        Assert.Equal(IdsOf([events[2]]), IdsOf(await ListAllAsync(new EventQuery { Entity = entity, Status = EventStatus.Failed, From = start.AddHours(2), To = start.AddHours(3) })));
        Assert.Equal(IdsOf(events), IdsOf(await ListAllAsync(new EventQuery { Entity = entity })));
    }

    [Fact]
    public async Task A_sweep_lists_what_waits_by_id_whatever_the_time_that_its_host_wrote()
    {
        var function = Sample.Name("function");
        List<EventMetadata> events = [.. Enumerable.Range(0, 7).Select(number => Sample.Event(start.AddMinutes(number), function))];
        foreach (var (number, metadata) in events.Index())
        {
            await EndAsync(metadata, EventStatus.Waiting, start.AddMinutes(number * 5 % 7));
        }

        var listed = await ListAllAsync(new EventQuery { Status = EventStatus.Waiting, ById = true, Function = function, Limit = 2 });

        Assert.Equal(IdsOf(Enumerable.Reverse(events)), IdsOf(listed));
    }

    [Fact]
    public async Task Lists_what_waits_for_a_dependency_oldest_first()
    {
        var dependency = new EntityKey("product", Sample.Name("id"));
        List<EventMetadata> waiting = [.. Enumerable.Range(0, 5).Select(minute => Sample.Event(start.AddMinutes(minute)))];
        foreach (var metadata in Enumerable.Reverse(waiting))
        {
            await CompleteAsync(metadata, EventStatus.Waiting, null, dependency);
        }

        var first = await Ledger.ListWaitingAsync(dependency, null, 3, Cancellation);
        var rest = await Ledger.ListWaitingAsync(dependency, first[^1], 3, Cancellation);

        Assert.Equal(waiting.Select(metadata => metadata.Id), [.. first, .. rest]);
    }

    [Fact]
    public async Task Lists_what_was_requeued_until_it_is_claimed()
    {
        var metadata = Sample.Event(start);
        await CompleteAsync(metadata, EventStatus.Failed, Sample.Failure());
        await Ledger.RequeueAsync(new Requeue(metadata.Id, [EventStatus.Failed], null, new HistoryEntry(HistoryEntryKind.Replay, "alice", start, null, 0)), Cancellation);

        Assert.Contains(await ListRequeuedAsync(), summary => summary.Event.Id == metadata.Id);
        await Ledger.ClaimAsync(Sample.Claim(metadata, start), Cancellation);
        Assert.DoesNotContain(await ListRequeuedAsync(), summary => summary.Event.Id == metadata.Id);
    }

    // A delivery that was seven hours late.
    [Theory]
    [InlineData(EventStatus.Succeeded)]
    [InlineData(EventStatus.Retrying)]
    [InlineData(EventStatus.Failed)]
    public async Task Lists_what_is_still_to_run_long_after_the_time_in_its_id(EventStatus outcome)
    {
        var late = Sample.Event(start.AddHours(-7)) with { ReceivedAt = start };
        var early = Sample.Event(start.AddHours(20)) with { ReceivedAt = start };
        await AcceptAsync([late, early]);

        Assert.Contains(await ListLateAsync(), summary => summary.Event.Id == late.Id && summary.Status == EventStatus.Queued);
        var claimed = Assert.IsType<ClaimResult.Claimed>(await Ledger.ClaimAsync(Sample.Claim(late, start), Cancellation)).Record;
        Assert.Contains(await ListLateAsync(), summary => summary.Event.Id == late.Id && summary.Status == EventStatus.Processing);
        Assert.True(await Ledger.CompleteAsync(new Completion(late.Id, Sample.End(claimed.Attempts[^1], outcome, start, Sample.Failure()), null, []), Cancellation));
        Assert.DoesNotContain(await ListLateAsync(), summary => summary.Event.Id == late.Id || summary.Event.Id == early.Id);
    }

    [Fact]
    public async Task Lists_a_late_event_that_was_requeued_as_such_until_it_is_claimed()
    {
        var late = Sample.Event(start.AddDays(-30)) with { ReceivedAt = start };
        await CompleteAsync(late, EventStatus.Failed, Sample.Failure());
        await Ledger.RequeueAsync(new Requeue(late.Id, [EventStatus.Failed], null, new HistoryEntry(HistoryEntryKind.Replay, "alice", start, null, 0)), Cancellation);

        Assert.Contains(await ListRequeuedAsync(), summary => summary.Event.Id == late.Id);
        Assert.DoesNotContain(await ListLateAsync(), summary => summary.Event.Id == late.Id);
        await Ledger.ClaimAsync(Sample.Claim(late, start), Cancellation);
        Assert.DoesNotContain(await ListRequeuedAsync(), summary => summary.Event.Id == late.Id);
        Assert.Contains(await ListLateAsync(), summary => summary.Event.Id == late.Id);
    }

    private async Task<List<EventMetadata>> AcceptAsync(List<EventMetadata> events)
    {
        await backend.Intake.AcceptAsync([.. events.Select(Sample.New)], Cancellation);
        return events;
    }

    private async Task<Dictionary<EventStatus, EventMetadata>> AcceptInEveryStatusAsync(string function)
    {
        var all = Enum.GetValues<EventStatus>().ToDictionary(status => status, status => Sample.Event(start.AddMinutes((int)status), function));
        await AcceptAsync([.. all.Values]);
        await Ledger.ClaimAsync(Sample.Claim(all[EventStatus.Processing], start), Cancellation);
        foreach (var status in (EventStatus[])[EventStatus.Succeeded, EventStatus.Superseded, EventStatus.Ignored, EventStatus.Retrying, EventStatus.Failed])
        {
            await CompleteAsync(all[status], status);
        }

        await CompleteAsync(all[EventStatus.Waiting], EventStatus.Waiting, null, new EntityKey("product", Sample.Name("id")));
        await CompleteAsync(all[EventStatus.Dismissed], EventStatus.Failed);
        await Ledger.CloseAsync(new CloseRequest(all[EventStatus.Dismissed].Id, EventStatus.Dismissed, null, null, start), Cancellation);
        return all;
    }

    private static IEnumerable<EventId> IdsOf(IEnumerable<EventMetadata> events) => events.Select(metadata => metadata.Id);

    private static IEnumerable<EventId> IdsOf(IEnumerable<EventSummary> listed) => listed.Select(summary => summary.Event.Id);

    /// <summary>Makes one attempt that ends at this time.</summary>
    private async Task EndAsync(EventMetadata metadata, EventStatus status, DateTimeOffset at, Failure? failure = null)
    {
        var claimed = Assert.IsType<ClaimResult.Claimed>(await Ledger.ClaimAsync(Sample.Claim(metadata, at), Cancellation)).Record;
        var ended = Sample.End(claimed.Attempts[^1], status, at, status is EventStatus.Failed or EventStatus.Retrying ? failure ?? Sample.Failure() : null);
        Assert.True(await Ledger.CompleteAsync(new Completion(metadata.Id, ended, status == EventStatus.Waiting ? new EntityKey("product", Sample.Name("id")) : null, []), Cancellation));
    }

    private async Task CompleteAsync(EventMetadata metadata, EventStatus status, Failure? failure = null, EntityKey? waitingOn = null)
    {
        var claimed = Assert.IsType<ClaimResult.Claimed>(await Ledger.ClaimAsync(Sample.Claim(metadata, start), Cancellation)).Record;
        Assert.True(await Ledger.CompleteAsync(new Completion(metadata.Id, Sample.End(claimed.Attempts[^1], status, start, failure), waitingOn, []), Cancellation));
    }

    private async Task<List<EventSummary>> ListAllAsync(EventQuery query)
    {
        List<EventSummary> listed = [];
        EventPage page;
        do
        {
            page = await Ledger.ListAsync(query, Cancellation);
            listed.AddRange(page.Events);
            query = query with { Before = page.Next };
        }
        while (page.Next is not null);
        return listed;
    }

    private Task<List<EventSummary>> ListRequeuedAsync() => ListMarkedAsync(Ledger.ListRequeuedAsync);

    private Task<List<EventSummary>> ListLateAsync() => ListMarkedAsync(Ledger.ListLateAsync);

    private static async Task<List<EventSummary>> ListMarkedAsync(Func<EventId?, int, CancellationToken, Task<IReadOnlyList<EventSummary>>> listAsync)
    {
        List<EventSummary> listed = [];
        IReadOnlyList<EventSummary> page;
        while ((page = await listAsync(listed.Count > 0 ? listed[^1].Event.Id : null, 10, Cancellation)).Count > 0)
        {
            listed.AddRange(page);
        }

        return listed;
    }
}
