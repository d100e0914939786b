using System.Net;
using System.Text;
using EventTracking.Core.Backends.Aws;
using EventTracking.Core.Backends.Aws.Ledger;
using EventTracking.Core.Backends.Aws.Queue;
using EventTracking.Core.Events;
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

/// <summary>Waiting events, lost items and dead letters, with record, item and payload in three services.</summary>
public sealed class AwsReplayTests(AwsEmulators emulators) : IAsyncLifetime
{
    private static readonly EntityKey Product = new("product", "1008");
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly AwsBackend backend = new(emulators);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private IWorkQueue Queue => backend.Get<IWorkQueue>();

    private Sweeper Sweeper => backend.Get<Sweeper>();

    public ValueTask InitializeAsync() => backend.InitializeAsync();

    public ValueTask DisposeAsync() => backend.DisposeAsync();

    [Fact]
    public async Task Events_wait_for_an_entity_with_one_import_and_run_again_when_it_has_arrived()
    {
        WaitForProduct();
        backend.Import = async context =>
        {
            backend.Entities.Add(Product);
            await backend.Get<DependencyReleaser>().ReleaseAsync(Product, context.Event.Id.ToString(), Cancellation);
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
        backend.Import = _ =>
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
        backend.Traffic.Response = (operation, body) => operation == "SendMessageBatch" && body.Contains($"{backend.Prefix}import\"", StringComparison.Ordinal) ? Down() : null;
        var id = await AcceptAsync();
        await RunAsync("probe", 1);
        backend.Time.Advance(10 * Minute);

        // The import that it now requests has a record but no message.
        await Sweeper.SweepAsync(Cancellation);
        backend.Traffic.Response = null;
        Assert.Equal(EventStatus.Queued, (await FindAsync(Assert.Single((await FindAsync(id)).Effects))).Status);
        Assert.Equal(0, (await Queue.GetDepthAsync("import", Cancellation)).Items);

        backend.Time.Advance(10 * Minute);
        await Sweeper.SweepAsync(Cancellation);

        Assert.Equal(1, (await Queue.GetDepthAsync("import", Cancellation)).Items);
    }

    [Fact]
    public async Task An_event_whose_function_is_gone_keeps_no_other_from_being_swept()
    {
        WaitForProduct();
        var waiting = await AcceptAsync();
        await RunAsync("probe", 1);
        backend.Entities.Add(Product);
        var gone = await StrandAsync("gone");
        var stranded = await StrandAsync("probe");

        backend.Time.Advance(10 * Minute);
        var swept = await Sweeper.SweepAsync(Cancellation);

        Assert.Equal(new SweepResult(Resent: 1, Released: 1, Expired: 0, DeadLettered: 0), swept);
        Assert.Contains("gone", backend.Logs.Text, StringComparison.Ordinal);
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
        await backend.Sqs.DeleteQueueAsync(await backend.UrlAsync("import"), Cancellation);

        await Assert.ThrowsAsync<StoreUnavailableException>(() => backend.Get<DependencyReleaser>().ReleaseAsync(Product, "test", Cancellation));

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
        backend.Entities.Add(Product);
        backend.Time.Advance(10 * Minute);
        backend.Traffic.Response = (operation, body) => operation == "Query" && body.Contains("requeued#", StringComparison.Ordinal)
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
        var pointer = Assert.Single(await backend.Archive.AppendAsync([item.Item.Payload!], Cancellation));
        var now = backend.Time.GetUtcNow();
        await backend.Ledger.ClaimAsync(new Claim(item.Item.Event, pointer, now, now), Cancellation);
        await Queue.AcknowledgeAsync([item], Cancellation);

        backend.Time.Advance(60 * Minute);
        var before = backend.Traffic.Count("Query");
        Assert.Equal(1, (await Sweeper.SweepInFlightAsync(Cancellation)).Resent);
        var queries = backend.Traffic.Count("Query");

        // The hours and the day ahead may span three days; each is walked once. Then come the retries and the late events.
        Assert.InRange(queries - before, 1, 5 * EventKeys.Shards);

        // A different host, a little later.
        backend.Time.Advance(10 * Minute);
        Assert.Equal(0, (await Sweeper.SweepInFlightAsync(Cancellation)).Resent);
        Assert.Equal(queries, backend.Traffic.Count("Query"));
        await RunAsync("probe", 1);
        Assert.Equal(EventStatus.Succeeded, (await FindAsync(id)).Status);
        backend.Time.Advance(20 * Minute);
        await Sweeper.SweepInFlightAsync(Cancellation);
        Assert.NotEqual(queries, backend.Traffic.Count("Query"));
    }

    // A source whose delivery was a month late, and one whose clock is nearly a day ahead.
    [Theory]
    [InlineData(-30 * 24)]
    [InlineData(23)]
    public async Task An_event_whose_item_is_lost_is_found_whatever_time_its_id_has(int hours)
    {
        var now = backend.Time.GetUtcNow();
        var metadata = Sample.Event(now, "probe") with { Id = Sample.Id(now.AddHours(hours)) };
        var pointer = Assert.Single(await backend.Archive.AppendAsync([Sample.Payload(metadata)], Cancellation));
        await backend.Ledger.ClaimAsync(new Claim(metadata, pointer, now, now), Cancellation);

        backend.Time.Advance(60 * Minute);
        Assert.Equal(1, (await Sweeper.SweepInFlightAsync(Cancellation)).Resent);

        await RunAsync("probe", 1);
        Assert.Equal(EventStatus.Succeeded, (await FindAsync(metadata.Id)).Status);
    }

    [Fact]
    public async Task A_search_that_a_host_two_hours_ahead_reserved_keeps_nobody_from_searching()
    {
        backend.Time.Advance(120 * Minute);
        await Sweeper.SweepInFlightAsync(Cancellation);
        backend.Time.Advance(-120 * Minute);
        var queries = backend.Traffic.Count("Query");

        await Sweeper.SweepInFlightAsync(Cancellation);

        Assert.NotEqual(queries, backend.Traffic.Count("Query"));
    }

    [Fact]
    public async Task An_outage_of_the_archive_alone_starts_nothing_and_loses_nothing()
    {
        var id = await AcceptAsync();
        backend.Traffic.Response = (operation, _) => operation == "PUT" ? Down() : null;

        await RunAsync("probe", 1);

        backend.Traffic.Response = null;
        Assert.Equal((EventStatus.Queued, 0), ((await FindAsync(id)).Status, (await FindAsync(id)).AttemptCount));
        Assert.Equal(1, (await Queue.GetDepthAsync("probe", Cancellation)).Items);
    }

    [Fact]
    public async Task The_event_of_a_dead_letter_fails_and_a_replay_runs_it()
    {
        var id = await AcceptAsync();
        for (var receive = 0; receive < IWorkQueue.ReceivesBeforeDeadLetter; receive++)
        {
            await Queue.DeferAsync([new Deferral(Assert.Single(await ReceiveAsync("probe")), TimeSpan.Zero)], Cancellation);
        }

        Assert.Empty(await ReceiveAsync("probe"));
        Assert.Equal(new QueueDepth(0, 1), await Queue.GetDepthAsync("probe", Cancellation));
        var swept = await Sweeper.SweepAsync(Cancellation);

        Assert.Equal(1, swept.DeadLettered);
        var record = await FindAsync(id);
        Assert.Equal((EventStatus.Failed, "dead-letter"), (record.Status, record.Error!.Code));
        Assert.Equal(new QueueDepth(0, 0), await Queue.GetDepthAsync("probe", Cancellation));
        Assert.Contains("1 dead letters of probe", backend.Logs.Text, StringComparison.Ordinal);
        Assert.IsType<ReplayResult.Sent>(await backend.Get<Replayer>().ReplayAsync(id, "ann", null, force: false, Cancellation));
        await RunAsync("probe", 1);
        Assert.Equal(EventStatus.Succeeded, (await FindAsync(id)).Status);
    }

    [Fact]
    public async Task A_dead_letter_without_a_record_gets_one()
    {
        var item = await DeadLetterAsync();

        Assert.Equal(1, (await Sweeper.SweepAsync(Cancellation)).DeadLettered);

        var record = await FindAsync(item.Event.Id);
        Assert.Equal(EventStatus.Failed, record.Status);
        Assert.IsType<PayloadRead.Available>(await backend.Archive.ReadAsync(record.Payload!, Cancellation));
    }

    [Fact]
    public async Task A_dead_letter_stays_while_its_payload_cannot_be_archived()
    {
        var item = await DeadLetterAsync();
        backend.Traffic.Response = (operation, _) => operation == "PUT" ? Down() : null;

        Assert.Equal(0, (await Sweeper.SweepAsync(Cancellation)).DeadLettered);

        Assert.Null(await backend.Ledger.FindAsync(item.Event.Id, Cancellation));
        Assert.Equal(new QueueDepth(0, 1), await Queue.GetDepthAsync("probe", Cancellation));
    }

    [Theory]
    [InlineData(EventStatus.Succeeded, false)]
    [InlineData(EventStatus.Waiting, false)]
    [InlineData(null, true)]
    public async Task A_dead_letter_leaves_an_event_alone_that_ended_or_waits_or_runs(EventStatus? outcome, bool stays)
    {
        var item = await DeadLetterAsync();
        var now = backend.Time.GetUtcNow();
        var claimed = Assert.IsType<ClaimResult.Claimed>(await backend.Ledger.ClaimAsync(Sample.Claim(item.Event, now), Cancellation));
        if (outcome is { } end)
        {
            var completion = new Completion(item.Event.Id, Sample.End(claimed.Record.Attempts[^1], end, now), end == EventStatus.Waiting ? Product : null, []);
            Assert.True(await backend.Ledger.CompleteAsync(completion, Cancellation));
        }

        Assert.Equal(0, (await Sweeper.SweepAsync(Cancellation)).DeadLettered);

        Assert.Equal(outcome ?? EventStatus.Processing, (await FindAsync(item.Event.Id)).Status);
        Assert.Equal(stays ? 1 : 0, (await Queue.GetDepthAsync("probe", Cancellation)).DeadLetters);
    }

    // An operator replays the event on a host whose clock is ten minutes ahead or behind.
    [Theory]
    [InlineData(10)]
    [InlineData(-10)]
    public async Task Which_item_a_replay_sent_does_not_depend_on_clocks(int minutes)
    {
        var first = await DeadLetterAsync(replays: 0);
        var now = backend.Time.GetUtcNow();
        var claimed = Assert.IsType<ClaimResult.Claimed>(await backend.Ledger.ClaimAsync(Sample.Claim(first.Event, now), Cancellation));
        await backend.Ledger.CompleteAsync(new Completion(first.Event.Id, Sample.End(claimed.Record.Attempts[^1], EventStatus.Failed, now, Sample.Failure()), null, []), Cancellation);
        await RequeueAsync(first.Event.Id, now + (minutes * Minute));

        Assert.Equal(0, (await Sweeper.SweepAsync(Cancellation)).DeadLettered);
        Assert.Equal(EventStatus.Queued, (await FindAsync(first.Event.Id)).Status);
        await backend.Sqs.SendMessageAsync(await backend.UrlAsync("probe") + "-dead", QueueMessage.Write(first with { Replays = 1 }), Cancellation);
        Assert.Equal(1, (await Sweeper.SweepAsync(Cancellation)).DeadLettered);

        Assert.Equal(EventStatus.Failed, (await FindAsync(first.Event.Id)).Status);
        Assert.Equal(0, (await Queue.GetDepthAsync("probe", Cancellation)).DeadLetters);
    }

    [Fact]
    public async Task A_dead_letter_of_an_earlier_version_leaves_an_event_alone_that_was_replayed_since()
    {
        var item = await DeadLetterAsync();
        var now = backend.Time.GetUtcNow();
        var claimed = Assert.IsType<ClaimResult.Claimed>(await backend.Ledger.ClaimAsync(Sample.Claim(item.Event, now), Cancellation));
        await backend.Ledger.CompleteAsync(new Completion(item.Event.Id, Sample.End(claimed.Record.Attempts[^1], EventStatus.Failed, now, Sample.Failure()), null, []), Cancellation);
        await RequeueAsync(item.Event.Id, now + (2 * Minute));

        Assert.Equal(0, (await Sweeper.SweepAsync(Cancellation)).DeadLettered);

        Assert.Equal(EventStatus.Queued, (await FindAsync(item.Event.Id)).Status);
        Assert.Equal(0, (await Queue.GetDepthAsync("probe", Cancellation)).DeadLetters);
    }

    [Fact]
    public async Task Messages_of_others_among_the_dead_letters_are_left_and_told()
    {
        await backend.Sqs.SendMessageAsync(await backend.UrlAsync("probe") + "-dead", "hello", Cancellation);
        await DeadLetterAsync();

        Assert.Equal(1, (await Sweeper.SweepAsync(Cancellation)).DeadLettered);

        Assert.Equal(1, (await Queue.GetDepthAsync("probe", Cancellation)).DeadLetters);
        Assert.Contains("1 dead letters of probe are not messages of this product", backend.Logs.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_payload_is_archived_once_however_often_its_item_comes()
    {
        backend.Handler = (_, _, _) => throw new FunctionException("busy", "test/busy", transient: true) { RetryAfter = Minute };
        await AcceptAsync();
        var item = Assert.Single(await ReceiveAsync("probe"));
        var (writes, reads) = (backend.Traffic.Count("PUT"), backend.Traffic.Count("GetItem"));
        await RunAsync(item);
        Assert.Equal((writes + 1, reads), (backend.Traffic.Count("PUT"), backend.Traffic.Count("GetItem")));

        await RunAsync(item with { ReceiveCount = 2 });

        Assert.Equal(writes + 1, backend.Traffic.Count("PUT"));
    }

    [Fact]
    public async Task A_payload_that_is_archived_at_intake_is_known_to_its_record()
    {
        var id = await AcceptAsync(new string('x', 300 * 1024));

        var record = await FindAsync(id);

        Assert.Equal(EventStatus.Queued, record.Status);
        Assert.IsType<PayloadRead.Available>(await backend.Archive.ReadAsync(Assert.IsType<PayloadPointer>(record.Payload), Cancellation));
        Assert.Equal(record.Payload, Assert.Single(await ReceiveAsync("probe")).Item.Pointer);
    }

    private static HttpResponseMessage Down() => Response(HttpStatusCode.ServiceUnavailable, "{}");

    private static HttpResponseMessage Response(HttpStatusCode status, string json) =>
        new(status) { Content = new StringContent(json, Encoding.UTF8, "application/x-amz-json-1.0") };

    private void WaitForProduct() => backend.Handler = async (_, _, cancellationToken) =>
        await backend.Entities.ExistsAsync(Product, cancellationToken) ? Outcome.Succeeded : Outcome.WaitFor(Product);

    private async Task<EventId> AcceptAsync(string body = "{}")
    {
        var delivery = new Delivery
        {
            Source = "test",
            Account = "account",
            Topic = "probe",
            DeliveryId = Sample.Name("delivery"),
            TriggeredAt = backend.Time.GetUtcNow(),
            Body = Encoding.UTF8.GetBytes(body),
        };
        return (await backend.Get<EventIntake>().AcceptAsync(delivery, Cancellation)).Id;
    }

    /// <summary>Runs the given number of a function's items.</summary>
    private async Task RunAsync(string function, int items)
    {
        var registered = backend.Get<FunctionRegistry>().Find(function)!;
        for (var run = 0; run < items;)
        {
            var count = await backend.Get<BatchPump>().RunAsync(registered, TimeSpan.FromSeconds(5), Cancellation);
            Assert.NotEqual(0, count);
            run += count;
        }
    }

    private async Task RunAsync(ReceivedItem item) =>
        await backend.Get<BatchRunner>().RunAsync(backend.Get<FunctionRegistry>().Find("probe")!, [item], Deadline.In(Minute, backend.Time), Cancellation);

    private Task<IReadOnlyList<ReceivedItem>> ReceiveAsync(string function) => Queue.ReceiveAsync(function, 10, Minute, TimeSpan.Zero, Cancellation);

    /// <summary>A dead letter whose event has no record yet.</summary>
    private async Task<WorkItem> DeadLetterAsync(int? replays = null)
    {
        var metadata = Sample.Event(backend.Time.GetUtcNow(), "probe");
        var item = new WorkItem(metadata, Sample.Payload(metadata), null) { Replays = replays };
        await backend.Sqs.SendMessageAsync(await backend.UrlAsync("probe") + "-dead", QueueMessage.Write(item), Cancellation);
        return item;
    }

    /// <summary>A failed event that was queued again and whose item was never sent.</summary>
    private async Task<EventId> StrandAsync(string function)
    {
        var metadata = await EndAsync(function, EventStatus.Failed, null);
        await RequeueAsync(metadata.Id, backend.Time.GetUtcNow());
        return metadata.Id;
    }

    private async Task<EventId> WaitAsync(string function) => (await EndAsync(function, EventStatus.Waiting, Product)).Id;

    private async Task<EventMetadata> EndAsync(string function, EventStatus status, EntityKey? waitingOn)
    {
        var now = backend.Time.GetUtcNow();
        var metadata = Sample.Event(now, function);
        var pointer = Assert.Single(await backend.Archive.AppendAsync([Sample.Payload(metadata)], Cancellation));
        var claimed = Assert.IsType<ClaimResult.Claimed>(await backend.Ledger.ClaimAsync(Sample.Claim(metadata, now) with { Payload = pointer }, Cancellation));
        Assert.True(await backend.Ledger.CompleteAsync(new Completion(metadata.Id, Sample.End(claimed.Record.Attempts[^1], status, now), waitingOn, []), Cancellation));
        return metadata;
    }

    private async Task RequeueAsync(EventId id, DateTimeOffset at) => Assert.IsType<TransitionResult.Done>(
        await backend.Ledger.RequeueAsync(new Requeue(id, [EventStatus.Failed], null, new HistoryEntry(HistoryEntryKind.Replay, "ann", at, null, 0)), Cancellation));

    private async Task<EventRecord> FindAsync(EventId id) => Assert.IsType<EventRecord>(await backend.Ledger.FindAsync(id, Cancellation));

    private Task<EventRecord[]> FindAsync(params EventId[] ids) => Task.WhenAll(ids.Select(id => FindAsync(id)));
}
