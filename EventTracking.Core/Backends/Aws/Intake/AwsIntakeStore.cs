using EventTracking.Core.Backends.Aws.Ledger;
using EventTracking.Core.Backends.Aws.Queue;
using EventTracking.Core.Intake;
using EventTracking.Core.Queue;

namespace EventTracking.Core.Backends.Aws.Intake;

/// <summary>
/// Writes record and work item in parallel, to two services, so intake takes as long as the slower one and acknowledges
/// only when both have succeeded. After a failure either may exist without the other, and neither is lost: a claim
/// creates a missing record, and a caller without an acknowledgement sends the event again.
/// A known event is also sent again, because the ledger reports that it is known while the item is already on its way.
/// The claim acknowledges a second item and defers one that finds its event between two attempts.
/// </summary>
internal sealed class AwsIntakeStore(AwsLedger ledger, HeavyPayloads heavyPayloads, QueueSender sender) : IIntakeStore
{
    private const int PutsAtOnce = 16;

    public async Task<IReadOnlyList<Acceptance>> AcceptAsync(IReadOnlyList<NewEvent> events, CancellationToken cancellationToken)
    {
        var first = new Dictionary<EventId, int>();
        for (var index = 0; index < events.Count; index++)
        {
            first.TryAdd(events[index].Event.Id, index);
        }

        // Archived payloads are recorded too, for readers and for the sweeper in case the item is lost.
        var items = await heavyPayloads.ArchiveAsync([.. first.Values.Select(index => new WorkItem(events[index].Event, events[index].Payload, null) { Replays = 0 })], cancellationToken);
        var accepted = new Acceptance[events.Count];
        var putting = CreateAsync(items.Select(outgoing => outgoing.Item).Zip(first.Values), accepted, cancellationToken);
        var sending = sender.SendAsync(items, TimeSpan.Zero, cancellationToken);
        await Task.WhenAll(putting, sending);
        for (var index = 0; index < accepted.Length; index++)
        {
            if (first[events[index].Event.Id] is var before && before != index)
            {
                accepted[index] = accepted[before] with { Created = false };
            }
        }

        return accepted;
    }

    private Task CreateAsync(IEnumerable<(WorkItem Item, int Index)> items, Acceptance[] accepted, CancellationToken cancellationToken)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = PutsAtOnce, CancellationToken = cancellationToken };
        return Parallel.ForEachAsync(items, options, async (entry, token) =>
        {
            var (created, record) = await ledger.TryCreateAsync(entry.Item.Event, entry.Item.Pointer, token);
            accepted[entry.Index] = new Acceptance(created, record.Status);
        });
    }
}
