using EventTracking.Core.Events;
using EventTracking.Tests.Backends.Embedded;

namespace EventTracking.Tests.Backends.Aws;

/// <summary>Whatever happens to an event, both ledgers return and store the same.</summary>
public sealed class EqualLedgersTests(DynamoBackend aws, EmbeddedBackend embedded) : IClassFixture<DynamoBackend>, IClassFixture<EmbeddedBackend>
{
    private static readonly EventStatus[] Outcomes =
        [EventStatus.Succeeded, EventStatus.Superseded, EventStatus.Ignored, EventStatus.Waiting, EventStatus.Retrying, EventStatus.Retrying, EventStatus.Failed, EventStatus.Queued, EventStatus.Queued];

    private static readonly EntityKey[] Dependencies = [new("product", "1"), new("product", "2")];

    private static readonly EventStatus[][] Sources =
        [[EventStatus.Failed, EventStatus.Waiting], [EventStatus.Waiting], [.. Enum.GetValues<EventStatus>().Except([EventStatus.Processing])]];

    private DateTimeOffset now = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);
    private int attempt = 1;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Any_sequence_of_calls_leaves_both_with_the_same_record(int seed)
    {
        var random = new Random(seed);
        var metadata = Sample.Event(now);
        List<EventId> effects = [.. Enumerable.Range(0, 130).Select(_ => Sample.Id(now))];
        for (var call = 0; call < 300; call++)
        {
            now += TimeSpan.FromSeconds(random.Next(90));
            var act = Compose(metadata, effects, random);
            var expected = await act(embedded.Ledger);
            Assert.Equivalent(expected, await act(aws.Ledger), strict: true);

            var record = await embedded.Ledger.FindAsync(metadata.Id, Cancellation);
            Assert.Equivalent(record, await aws.Ledger.FindAsync(metadata.Id, Cancellation), strict: true);
            attempt = record?.AttemptCount ?? 0;
        }

        Assert.True(attempt > IEventLedger.AttemptsKept);
    }

    private Func<IEventLedger, Task<object>> Compose(EventMetadata metadata, List<EventId> effects, Random random)
    {
        var time = now;
        var held = Math.Max(1, random.Next(8) == 0 ? attempt - 1 : attempt);
        var entry = new HistoryEntry((HistoryEntryKind)random.Next(3), "ann", time, random.Next(2) == 0 ? null : "why", 0);
        var failure = Sample.Failure($"fingerprint {random.Next(3)}") with { Stack = random.Next(3) == 0 ? null : $"at {time:T}" };
        switch (random.Next(13))
        {
            case <= 4:
                var claim = new Claim(metadata, random.Next(3) == 0 ? Sample.Pointer(random.Next(9)) : null, time, time.AddMinutes(1)) { Over = random.Next(2) == 0 ? held : null };
                return async ledger => await ledger.ClaimAsync(claim, Cancellation);
            case 5:
                Step[] steps = [.. Enumerable.Range(0, random.Next(3)).Select(step => new Step(step, "done"))];
                return async ledger => await ledger.CheckpointAsync(metadata.Id, held, steps, Cancellation);
            case <= 8:
                var outcome = Outcomes[random.Next(Outcomes.Length)];
                var failed = outcome is EventStatus.Failed or EventStatus.Retrying ? failure : null;
                var ended = new Attempt(held, time.AddSeconds(-1), time, outcome, null, [new Step(1, "done")], failed) { Calls = [.. Enumerable.Range(0, held % 3).Select(call => new OutgoingCall(call, 7, 3, "200", "far away"))] };
                List<EventId> caused = [.. effects.Skip(random.Next(100)).Take(random.Next(40))];
                var completion = new Completion(metadata.Id, ended, outcome == EventStatus.Waiting ? Dependencies[random.Next(2)] : null, caused);
                return async ledger => await ledger.CompleteAsync(completion, Cancellation);
            case <= 11:
                var requeue = new Requeue(metadata.Id, Sources[random.Next(3)], random.Next(2) == 0 ? Dependencies[0] : null, entry) { Function = random.Next(5) == 0 ? "elsewhere" : null };
                return async ledger => await ledger.RequeueAsync(requeue, Cancellation);
            default:
                var request = random.Next(3) == 0
                    ? new CloseRequest(metadata.Id, EventStatus.Failed, null, failure, time)
                    : new CloseRequest(metadata.Id, EventStatus.Dismissed, entry with { Kind = HistoryEntryKind.Dismissal }, null, time);
                return async ledger => await ledger.CloseAsync(request, Cancellation);
        }
    }
}
