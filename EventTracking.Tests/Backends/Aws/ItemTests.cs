using Amazon.DynamoDBv2.Model;
using EventTracking.Core.Backends.Aws;
using EventTracking.Core.Backends.Aws.Ledger;
using EventTracking.Core.Events;
using EventTracking.Core.Payloads;
using EventTracking.Testing.Aws.Metering;

namespace EventTracking.Tests.Backends.Aws;

/// <summary>The size of an event's item, and that reading it returns everything that was written.</summary>
public sealed class ItemTests(DynamoBackend backend) : IClassFixture<DynamoBackend>
{
    private const int MaxItemBytes = 400 * 1024;
    private static readonly TimeSpan Retention = TimeSpan.FromDays(400);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void A_record_comes_back_as_it_was_written()
    {
        var metadata = Sample.Event(backend.Now) with { CausationId = Sample.Id(backend.Now), TraceId = "not hexadecimal" };
        List<Attempt> attempts =
        [
            .. Enumerable.Range(4, IEventLedger.AttemptsKept).Select(number => new Attempt(
                number, backend.Now, backend.Now.AddTicks(number), EventStatus.Retrying, $"detail {number} ü", [new Step(0, ""), new Step(3, "with  spaces\nand lines")], Sample.Failure() with { Code = null, Step = null })),
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
            var ended = new Attempt(number, claimed.Attempts[^1].StartedAt, backend.Now, EventStatus.Retrying, huge, [.. steps], failure);
            Assert.True(await backend.Ledger.CompleteAsync(new Completion(metadata.Id, ended, null, []), Cancellation));
            Assert.InRange(ItemSize.Of(WireFormat.ToObject(await ReadAsync(metadata.Id))), 1, MaxItemBytes);
        }

        var record = Assert.IsType<EventRecord>(await backend.Ledger.FindAsync(metadata.Id, Cancellation));
        Assert.Equal(Enumerable.Range(3, IEventLedger.AttemptsKept), record.Attempts.Select(attempt => attempt.Number));
        Assert.NotNull(record.Error?.Stack);
        Assert.All(record.Attempts, attempt => Assert.Equal($"fingerprint {attempt.Number}", attempt.Failure?.Fingerprint));
    }

    [Fact]
    public async Task An_id_that_somebody_made_up_is_not_found() =>
        Assert.Null(await backend.Ledger.FindAsync(EventId.Parse("7ZZZZZZZZZZZZZZZZZZZZZZZZZ"), Cancellation));

    private async Task<Dictionary<string, AttributeValue>> ReadAsync(EventId id) =>
        (await backend.Database.GetItemAsync(new GetItemRequest(backend.EventsTable, EventKeys.KeyOf(id), consistentRead: true), Cancellation)).Item;
}
