using Amazon.DynamoDBv2.Model;
using EventTracking.Core.Backends.Aws;
using EventTracking.Core.Backends.Aws.Ledger;
using EventTracking.Core.Events;
using EventTracking.Core.Intake;
using EventTracking.Core.Payloads;
using EventTracking.Core.Replay;
using EventTracking.Testing.Aws.Metering;

namespace EventTracking.Tests.Backends.Aws;

/// <summary>The size of an event's item, and that reading it returns everything that was written.</summary>
public sealed class ItemTests(DynamoBackend backend) : IClassFixture<DynamoBackend>
{
    private const int MaxItemBytes = 400 * 1024;
    private static readonly TimeSpan Retention = TimeSpan.FromDays(400);

    /// <summary>More, and longer, than an attempt keeps.</summary>
    private static IReadOnlyList<OutgoingCall> Calls => [.. Enumerable.Repeat(new OutgoingCall(int.MaxValue, int.MaxValue, int.MaxValue, new string('語', 60), new string('語', 60)), 30)];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void A_record_comes_back_as_it_was_written()
    {
        var metadata = Sample.Event(backend.Now) with { CausationId = Sample.Id(backend.Now), TraceId = "not hexadecimal" };
        List<Attempt> attempts =
        [
            .. Enumerable.Range(4, IEventLedger.AttemptsKept).Select(number => new Attempt(
                number, backend.Now, backend.Now.AddTicks(number), EventStatus.Retrying, $"detail {number} ü", [new Step(0, ""), new Step(3, "with  spaces\nand lines")], Sample.Failure() with { Code = null, Step = null })
            {
                Calls = [new OutgoingCall(0, 0, 1, "200", ""), new OutgoingCall(3, 180, 100, "shopify/http-500", "price  service")],
            }),
        ];
        var record = new EventRecord(metadata)
        {
            Status = EventStatus.Retrying,
            UpdatedAt = backend.Now,
            AttemptCount = attempts[^1].Number,
            RetryAt = backend.Now.AddMinutes(2),
            Payload = Sample.Pointer(long.MaxValue) with { Sha256 = "unknown" },
            WaitingOn = new EntityKey("a", "b:c"),
            Attempts = attempts,
            History = [new HistoryEntry(HistoryEntryKind.BulkReplay, "ann", backend.Now, null, 3), new HistoryEntry(HistoryEntryKind.Dismissal, "", backend.Now, "", 0)],
            Effects = [Sample.Id(backend.Now), Sample.Id(backend.Now)],
            EffectCount = 300,
        };
        var stored = new StoredItem(record, EventItems.NewToken(), EventItems.NewToken());

        Assert.Equivalent(stored, EventItems.Read(EventItems.Write(stored, Retention)), strict: true);
        Assert.Equal(metadata, EventItems.ReadSummary(EventItems.Write(stored, Retention)).Event);
    }

    [Fact]
    public async Task Twenty_attempts_that_tell_all_they_can_fit_into_an_item()
    {
        var metadata = Sample.Event(backend.Now);
        var huge = new string('語', 50_000);
        for (var number = 1; number <= IEventLedger.AttemptsKept + 2; number++)
        {
            var claimed = Assert.IsType<ClaimResult.Claimed>(await backend.Ledger.ClaimAsync(Sample.Claim(metadata, backend.Now), Cancellation)).Record;
            Assert.True(await backend.Ledger.CheckpointAsync(metadata.Id, number, [new Step(0, "begun")], Cancellation));
            var failure = new Failure("Exception", "code", huge, [.. Enumerable.Repeat(huge, 30)], huge, huge, $"fingerprint {number}", Transient: true);
            var steps = Enumerable.Range(0, 51).Select(step => new Step(step, new string('語', 200)));
            var ended = new Attempt(number, claimed.Attempts[^1].StartedAt, backend.Now, EventStatus.Retrying, huge, [.. steps], failure) { Calls = Calls };
            Assert.True(await backend.Ledger.CompleteAsync(new Completion(metadata.Id, ended, null, []), Cancellation));
            Assert.InRange(ItemSize.Of(WireFormat.ToObject(await ReadAsync(metadata.Id))), 1, MaxItemBytes);
        }

        var record = Assert.IsType<EventRecord>(await backend.Ledger.FindAsync(metadata.Id, Cancellation));
        Assert.Equal(Enumerable.Range(3, IEventLedger.AttemptsKept), record.Attempts.Select(attempt => attempt.Number));
        Assert.NotNull(record.Error?.Stack);
        Assert.All(record.Attempts, attempt => Assert.Equal($"fingerprint {attempt.Number}", attempt.Failure?.Fingerprint));
    }

    [Fact]
    public async Task A_record_that_has_all_that_it_can_have_fits_into_an_item_and_still_changes()
    {
        var text = new string('語', DeliveryLimits.TextLength);
        var (huge, entity) = (new string('語', 50_000), new EntityKey(new string('語', 60), new string('語', 139)));
        var metadata = new EventMetadata(Sample.Id(backend.Now), text, text, text, text, entity, backend.Now, text, Sample.Id(backend.Now), text) { DeliveryId = text };
        var job = ReplayId.New(backend.Now, 0.5).ToString();
        var reference = 0;
        for (var number = 1; number <= IEventLedger.AttemptsKept + 2; number++)
        {
            var claimed = Assert.IsType<ClaimResult.Claimed>(await backend.Ledger.ClaimAsync(Sample.Claim(metadata, backend.Now) with { Payload = Sample.Pointer(long.MaxValue) }, Cancellation)).Record;
            var failure = new Failure(huge, huge, huge, [.. Enumerable.Repeat(huge, 30)], huge, huge, $"{number}{huge}", Transient: true) { Build = huge };
            var ended = new Attempt(number, claimed.Attempts[^1].StartedAt, backend.Now, EventStatus.Failed, huge, [.. Enumerable.Range(0, 60).Select(step => new Step(int.MaxValue, huge))], failure) { Calls = Calls };
            List<EventId> effects = [.. Enumerable.Range(0, 10).Select(_ => Sample.Id(backend.Now))];
            Assert.True(await backend.Ledger.CompleteAsync(new Completion(metadata.Id, ended, entity, effects), Cancellation));
            await FitsAsync();
            await ReplayAsync();
            Assert.True(await backend.Ledger.AddEditedReplayAsync(metadata.Id, Sample.Id(backend.Now), Cancellation));
        }

        while (reference < 650)
        {
            await ReplayAsync();
        }

        await FitsAsync();
        var record = Assert.IsType<EventRecord>(await backend.Ledger.FindAsync(metadata.Id, Cancellation));
        Assert.Equal((reference, IEventLedger.HistoryKept, $"{reference}"), (record.ReplayCount, record.History.Count, record.History[^1].Job));
        Assert.Equal((IEventLedger.AttemptsKept, IEventLedger.EffectsKept, IEventLedger.EditedReplaysKept), (record.Attempts.Count, record.Effects.Count, record.EditedReplays.Count));
        Assert.Equal(220, record.EffectCount);
        var last = Assert.IsType<ClaimResult.Claimed>(await backend.Ledger.ClaimAsync(Sample.Claim(metadata, backend.Now), Cancellation)).Record;
        Assert.True(await backend.Ledger.CompleteAsync(new Completion(metadata.Id, Sample.End(last.Attempts[^1], EventStatus.Waiting, backend.Now), entity, []), Cancellation));
        Assert.Contains(metadata.Id, await backend.Ledger.ListWaitingAsync(entity, null, 10, Cancellation));
        var dismissal = new CloseRequest(metadata.Id, EventStatus.Dismissed, new HistoryEntry(HistoryEntryKind.Dismissal, huge, backend.Now, huge, 0) { Job = job }, null, backend.Now);
        Assert.IsType<TransitionResult.Done>(await backend.Ledger.CloseAsync(dismissal, Cancellation));
        await FitsAsync();

        async Task ReplayAsync()
        {
            var entry = new HistoryEntry(HistoryEntryKind.BulkReplay, huge, backend.Now, huge, 0) { Job = $"{++reference}" };
            Assert.IsType<TransitionResult.Done>(await backend.Ledger.RequeueAsync(new Requeue(metadata.Id, [EventStatus.Failed, EventStatus.Queued], null, entry), Cancellation));
        }

        async Task FitsAsync() => Assert.InRange(ItemSize.Of(WireFormat.ToObject(await ReadAsync(metadata.Id))), 1, MaxItemBytes);
    }

    [Fact]
    public async Task An_id_that_somebody_made_up_is_not_found() =>
        Assert.Null(await backend.Ledger.FindAsync(EventId.Parse("7ZZZZZZZZZZZZZZZZZZZZZZZZZ"), Cancellation));

    private async Task<Dictionary<string, AttributeValue>> ReadAsync(EventId id) =>
        (await backend.Database.GetItemAsync(new GetItemRequest(backend.EventsTable, EventKeys.KeyOf(id), consistentRead: true), Cancellation)).Item;
}
