using System.Net;
using System.Text;
using EventTracking.Core.Backends.Aws;
using EventTracking.Core.Backends.Aws.Ledger;
using EventTracking.Core.Backends.Aws.Queue;
using EventTracking.Core.Events;
using EventTracking.Core.Failures;
using EventTracking.Core.Functions;
using EventTracking.Core.Intake;
using EventTracking.Core.Payloads;
using EventTracking.Core.Processing;
using EventTracking.Core.Queue;
using EventTracking.Core.Recovery;
using EventTracking.Core.Replay;
using EventTracking.Core.Resilience;
using EventTracking.Core.Waiting;
using EventTracking.Tests.Backends.Aws.Emulators;

namespace EventTracking.Tests.Backends.Aws;

/// <summary>Waiting events, lost items and outages, with record, item and payload in three services.</summary>
public sealed class AwsReplayTests(AwsEmulators emulators) : AwsEvents(emulators)
{
    [Fact]
    public async Task Events_wait_for_an_entity_with_one_import_and_run_again_when_it_has_arrived()
    {
        WaitForProduct();
        Backend.Import = async context =>
        {
            Backend.Entities.Add(Product);
            await Backend.Get<DependencyReleaser>().ReleaseAsync(Product, context.Event.Id.ToString(), Cancellation);
            return Outcome.Succeeded;
        };
        EventId[] ids = [await AcceptAsync(), await AcceptAsync(), await AcceptAsync()];

        await RunAsync("probe", 3);
        Assert.All(await FindAsync(ids), record => Assert.Equal((EventStatus.Waiting, Product), (record.Status, record.WaitingOn!.Value)));
        Assert.Single((await FindAsync(ids)).SelectMany(record => record.Effects).Distinct());
        await RunAsync("import", (int)(await Queue.GetDepthAsync("import", Cancellation)).Items);
        await RunAsync("probe", 3);

        Assert.All(await FindAsync(ids), record => Assert.Equal(EventStatus.Succeeded, record.Status));
        Assert.Equal(new QueueDepth(0, 0), await Queue.GetDepthAsync("import", Cancellation));
    }

    [Fact]
    public async Task Events_that_wait_do_not_use_up_the_attempts_of_an_import_that_failed()
    {
        WaitForProduct();
        var imports = 0;
        Backend.Import = _ =>
        {
            imports++;
            throw new FunctionException("busy", "import/busy", transient: true) { RetryAfter = Minute };
        };
        var first = await AcceptAsync();
        await RunAsync("probe", 1);
        await RunAsync("import", 1);

        for (var waiter = 0; waiter < 3; waiter++)
        {
            await AcceptAsync();
            await RunAsync("probe", 1);
        }

        // None of them sent the import again, and an import that is sent anyway is deferred.
        Assert.Equal(1, (await Queue.GetDepthAsync("import", Cancellation)).Items);
        var import = await FindAsync(Assert.Single((await FindAsync(first)).Effects));
        await Queue.SendAsync([new WorkItem(import.Event, null, import.Payload)], TimeSpan.Zero, Cancellation);
        await RunAsync("import", 1);
        Assert.Equal(1, imports);
        Assert.Equal((EventStatus.Retrying, 1), ((await FindAsync(import.Id)).Status, (await FindAsync(import.Id)).AttemptCount));
        Assert.InRange(import.RetryAt!.Value, import.UpdatedAt + Minute, import.UpdatedAt + (2 * Minute));
    }

    [Fact]
    public async Task The_sweeper_asks_again_for_an_import_whose_message_was_not_sent()
    {
        WaitForProduct();
        Backend.Traffic.Response = (operation, body) => operation == "SendMessageBatch" && body.Contains($"{Backend.Prefix}import\"", StringComparison.Ordinal) ? Down() : null;
        var id = await AcceptAsync();
        await RunAsync("probe", 1);
        Backend.Time.Advance(10 * Minute);

        // The import that it now requests has a record but no message.
        await Sweeper.SweepAsync(Cancellation);
        Backend.Traffic.Response = null;
        Assert.Equal(EventStatus.Queued, (await FindAsync(Assert.Single((await FindAsync(id)).Effects))).Status);
        Assert.Equal(0, (await Queue.GetDepthAsync("import", Cancellation)).Items);

        Backend.Time.Advance(10 * Minute);
        await Sweeper.SweepAsync(Cancellation);

        Assert.Equal(1, (await Queue.GetDepthAsync("import", Cancellation)).Items);
    }

    [Fact]
    public async Task An_event_whose_function_is_gone_keeps_no_other_from_being_swept()
    {
        WaitForProduct();
        var waiting = await AcceptAsync();
        await RunAsync("probe", 1);
        Backend.Entities.Add(Product);
        var gone = await StrandAsync("gone");
        var stranded = await StrandAsync("probe");

        Backend.Time.Advance(10 * Minute);
        var swept = await Sweeper.SweepAsync(Cancellation);

        Assert.Equal(new SweepResult(Resent: 1, Released: 1, Expired: 0, DeadLettered: 0), swept);
        Assert.Contains("gone", Backend.Logs.Text, StringComparison.Ordinal);
        await RunAsync("probe", 2);
        Assert.All(await FindAsync(waiting, stranded), record => Assert.Equal(EventStatus.Succeeded, record.Status));
        Assert.Equal(EventStatus.Queued, (await FindAsync(gone)).Status);
    }

    [Fact]
    public async Task Events_of_other_functions_are_released_though_that_of_one_is_gone_or_its_queue_is()
    {
        var gone = await WaitAsync("gone");
        var queueless = await WaitAsync("import");
        var sound = await WaitAsync("probe");
        await Backend.Sqs.DeleteQueueAsync(await Backend.UrlAsync("import"), Cancellation);

        await Assert.ThrowsAsync<StoreUnavailableException>(() => Backend.Get<DependencyReleaser>().ReleaseAsync(Product, "test", Cancellation));

        Assert.Equal(
            [EventStatus.Waiting, EventStatus.Queued, EventStatus.Queued],
            (await FindAsync(gone, queueless, sound)).Select(record => record.Status));
        await RunAsync("probe", 1);
    }

    [Fact]
    public async Task A_part_of_the_sweep_that_fails_leaves_the_others_to_do_theirs()
    {
        WaitForProduct();
        var id = await AcceptAsync();
        await RunAsync("probe", 1);
        Backend.Entities.Add(Product);
        Backend.Time.Advance(10 * Minute);
        Backend.Traffic.Response = (operation, body) => operation == "Query" && body.Contains("requeued#", StringComparison.Ordinal)
            ? Response(HttpStatusCode.BadRequest, """{"__type":"com.amazon.coral.validate#ValidationException","message":"no"}""")
            : null;

        await Assert.ThrowsAsync<AggregateException>(() => Sweeper.SweepAsync(Cancellation));

        Assert.Equal(EventStatus.Queued, (await FindAsync(id)).Status);
    }

    [Fact]
    public async Task An_event_whose_item_is_lost_is_sent_again_by_one_of_many_hosts()
    {
        var id = await AcceptAsync();
        var item = Assert.Single(await ReceiveAsync("probe"));
        var pointer = Assert.Single(await Backend.Archive.AppendAsync([item.Item.Payload!], Cancellation));
        var now = Backend.Time.GetUtcNow();
        await Backend.Ledger.ClaimAsync(new Claim(item.Item.Event, pointer, now, now), Cancellation);
        await Queue.AcknowledgeAsync([item], Cancellation);

        Backend.Time.Advance(60 * Minute);
        var before = Backend.Traffic.Count("Query");
        Assert.Equal(1, (await Sweeper.SweepInFlightAsync(Cancellation)).Resent);
        var queries = Backend.Traffic.Count("Query");

        // The hours and the day ahead may span three days; each is walked once, and twenty old ones. Then come the retries and the late events.
        Assert.InRange(queries - before, 1, 26 * EventKeys.Shards);

        // A different host, a little later.
        Backend.Time.Advance(10 * Minute);
        Assert.Equal(0, (await Sweeper.SweepInFlightAsync(Cancellation)).Resent);
        Assert.Equal(queries, Backend.Traffic.Count("Query"));
        await RunAsync("probe", 1);
        Assert.Equal(EventStatus.Succeeded, (await FindAsync(id)).Status);
        Backend.Time.Advance(20 * Minute);
        await Sweeper.SweepInFlightAsync(Cancellation);
        Assert.NotEqual(queries, Backend.Traffic.Count("Query"));
    }

    // A source whose delivery was a month late, and one whose clock is nearly a day ahead.
    [Theory]
    [InlineData(-30 * 24)]
    [InlineData(23)]
    public async Task An_event_whose_item_is_lost_is_found_whatever_time_its_id_has(int hours)
    {
        var now = Backend.Time.GetUtcNow();
        var metadata = Sample.Event(now, "probe") with { Id = Sample.Id(now.AddHours(hours)) };
        var pointer = Assert.Single(await Backend.Archive.AppendAsync([Sample.Payload(metadata)], Cancellation));
        await Backend.Ledger.ClaimAsync(new Claim(metadata, pointer, now, now), Cancellation);

        Backend.Time.Advance(60 * Minute);
        Assert.Equal(1, (await Sweeper.SweepInFlightAsync(Cancellation)).Resent);

        await RunAsync("probe", 1);
        Assert.Equal(EventStatus.Succeeded, (await FindAsync(metadata.Id)).Status);
    }

    [Fact]
    public async Task A_search_that_a_host_two_hours_ahead_reserved_keeps_nobody_from_searching()
    {
        Backend.Time.Advance(120 * Minute);
        await Sweeper.SweepInFlightAsync(Cancellation);
        Backend.Time.Advance(-120 * Minute);
        var queries = Backend.Traffic.Count("Query");

        await Sweeper.SweepInFlightAsync(Cancellation);

        Assert.NotEqual(queries, Backend.Traffic.Count("Query"));
    }

    // The message was purged, or SQS deleted it after fourteen days.
    [Fact]
    public async Task An_event_whose_first_item_is_lost_fails_and_is_listed_whatever_its_age()
    {
        await SearchedUntilNowAsync();
        var id = await AcceptAsync();
        await Queue.AcknowledgeAsync(await ReceiveAsync("probe"), Cancellation);

        Backend.Time.Advance(10 * 24 * 60 * Minute);
        var swept = await Sweeper.SweepInFlightAsync(Cancellation);

        Assert.Equal((0, 1), (swept.Resent, swept.Lost));
        var record = await FindAsync(id);
        Assert.Equal((EventStatus.Failed, "work-item-lost", 1), (record.Status, record.Error!.Code, record.AttemptCount));
        var listed = await Backend.Ledger.ListAsync(new EventQuery { Status = EventStatus.Failed }, Cancellation);
        Assert.Contains(id, listed.Events.Select(summary => summary.Event.Id));
        Assert.Contains("work-item-lost", (await Backend.Records.ListAsync(FailureGroups.Collection, null, null, 10, Cancellation)).Select(group => Encoding.UTF8.GetString(group.Json.Span)).Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_event_that_is_still_in_its_queue_does_not_fail_as_lost_and_runs()
    {
        await SearchedUntilNowAsync();
        var id = await AcceptAsync();

        Backend.Time.Advance(10 * 24 * 60 * Minute);
        Assert.Equal(0, (await Sweeper.SweepInFlightAsync(Cancellation)).Lost);

        // It is listed as late from now on, until it runs.
        Assert.Equal(id, Assert.Single(await Backend.Ledger.ListLateAsync(null, 10, Cancellation)).Event.Id);
        await RunAsync("probe", 1);
        Assert.Equal(EventStatus.Succeeded, (await FindAsync(id)).Status);
        Assert.Empty(await Backend.Ledger.ListLateAsync(null, 10, Cancellation));
    }

    [Fact]
    public async Task An_event_fails_as_lost_after_fifteen_days_whatever_its_queue_holds()
    {
        await SearchedUntilNowAsync();
        var id = await AcceptAsync();
        await Queue.AcknowledgeAsync(await ReceiveAsync("probe"), Cancellation);
        Backend.Time.Advance(16 * 24 * 60 * Minute);
        await AcceptAsync();

        Assert.Equal(1, (await Sweeper.SweepInFlightAsync(Cancellation)).Lost);

        Assert.Equal(EventStatus.Failed, (await FindAsync(id)).Status);
    }

    [Fact]
    public async Task An_event_that_failed_as_lost_runs_when_its_item_comes_after_all()
    {
        await SearchedUntilNowAsync();
        var id = await AcceptAsync("""{"late":true}""");
        var items = await ReceiveAsync("probe");
        await Queue.AcknowledgeAsync(items, Cancellation);
        Backend.Time.Advance(8 * 60 * Minute);
        Assert.Equal(1, (await Sweeper.SweepInFlightAsync(Cancellation)).Lost);

        await Queue.SendAsync([items[0].Item], TimeSpan.Zero, Cancellation);
        await RunAsync("probe", 1);

        var record = await FindAsync(id);
        Assert.Equal((EventStatus.Succeeded, 2), (record.Status, record.AttemptCount));
        Assert.IsType<PayloadRead.Available>(await Backend.Archive.ReadAsync(record.Payload!, Cancellation));
    }

    [Fact]
    public async Task An_outage_of_the_archive_alone_starts_nothing_and_loses_nothing()
    {
        var id = await AcceptAsync();
        Backend.Traffic.Response = (operation, _) => operation == "PUT" ? Down() : null;

        await RunAsync("probe", 1);

        Backend.Traffic.Response = null;
        Assert.Equal((EventStatus.Queued, 0), ((await FindAsync(id)).Status, (await FindAsync(id)).AttemptCount));
        Assert.Equal(1, (await Queue.GetDepthAsync("probe", Cancellation)).Items);
    }

    [Fact]
    public async Task A_payload_is_archived_once_however_often_its_item_comes()
    {
        Backend.Handler = (_, _, _) => throw new FunctionException("busy", "test/busy", transient: true) { RetryAfter = Minute };
        await AcceptAsync();
        var item = Assert.Single(await ReceiveAsync("probe"));
        var (writes, reads) = (Backend.Traffic.Count("PUT"), Backend.Traffic.Count("GetItem"));
        await RunAsync(item);

        // The one read is that of the failure's group.
        Assert.Equal((writes + 1, reads + 1), (Backend.Traffic.Count("PUT"), Backend.Traffic.Count("GetItem")));

        await RunAsync(item with { ReceiveCount = 2 });

        Assert.Equal(writes + 1, Backend.Traffic.Count("PUT"));
    }

    [Fact]
    public async Task A_payload_that_is_archived_at_intake_is_known_to_its_record()
    {
        var id = await AcceptAsync(new string('x', 300 * 1024));

        var record = await FindAsync(id);

        Assert.Equal(EventStatus.Queued, record.Status);
        Assert.IsType<PayloadRead.Available>(await Backend.Archive.ReadAsync(Assert.IsType<PayloadPointer>(record.Payload), Cancellation));
        Assert.Equal(record.Payload, Assert.Single(await ReceiveAsync("probe")).Item.Pointer);
    }

    private Task SearchedUntilNowAsync()
    {
        var now = Backend.Time.GetUtcNow().AddHours(-7);
        return Backend.Get<ISweepPosition>().StoreOldEventsAsync(new OldEventsPosition(now, now, null), Cancellation);
    }

    private void WaitForProduct() => Backend.Handler = async (_, _, cancellationToken) =>
        await Backend.Entities.ExistsAsync(Product, cancellationToken) ? Outcome.Succeeded : Outcome.WaitFor(Product);

    private async Task RunAsync(ReceivedItem item) =>
        await Backend.Get<BatchRunner>().RunAsync(Backend.Get<FunctionRegistry>().Find("probe")!, [item], Deadline.In(Minute, Backend.Time), Cancellation);

    /// <summary>A failed event that was queued again and whose item was never sent.</summary>
    private async Task<EventId> StrandAsync(string function)
    {
        var metadata = await EndAsync(function, EventStatus.Failed, null);
        await RequeueAsync(metadata.Id, Backend.Time.GetUtcNow());
        return metadata.Id;
    }

    private async Task<EventId> WaitAsync(string function) => (await EndAsync(function, EventStatus.Waiting, Product)).Id;

    private async Task<EventMetadata> EndAsync(string function, EventStatus status, EntityKey? waitingOn)
    {
        var now = Backend.Time.GetUtcNow();
        var metadata = Sample.Event(now, function);
        var pointer = Assert.Single(await Backend.Archive.AppendAsync([Sample.Payload(metadata)], Cancellation));
        var claimed = Assert.IsType<ClaimResult.Claimed>(await Backend.Ledger.ClaimAsync(Sample.Claim(metadata, now) with { Payload = pointer }, Cancellation));
        Assert.True(await Backend.Ledger.CompleteAsync(new Completion(metadata.Id, Sample.End(claimed.Record.Attempts[^1], status, now), waitingOn, []), Cancellation));
        return metadata;
    }
}
