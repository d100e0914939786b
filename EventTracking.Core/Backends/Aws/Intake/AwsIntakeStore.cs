using EventTracking.Core.Backends.Aws.Ledger;
using EventTracking.Core.Backends.Aws.Queue;
using EventTracking.Core.Intake;
using EventTracking.Core.Queue;

namespace EventTracking.Core.Backends.Aws.Intake;

/// <summary>
/// Record and work item are written at once, to two services, so intake takes as long as the slower one. It promises only
/// what both have taken. Either may be there without the other after a failure, and neither is lost then: a claim creates
/// the record that is missing, and a caller who was not promised anything sends the event again.
/// A known event is sent once more too, since whether it is known is told when its item is on the way: the claim settles
/// a second item, and puts off one that finds its event between two tries.
/// </summary>
internal sealed class AwsIntakeStore(AwsLedger ledger, HeavyPayloads heavyPayloads, IWorkQueue queue) : IIntakeStore
{
    private const int PutsAtOnce = 16;

    public async Task<IReadOnlyList<Acceptance>> AcceptAsync(IReadOnlyList<NewEvent> events, CancellationToken cancellationToken)
    {
        var first = new Dictionary<EventId, int>();
        for (var index = 0; index < events.Count; index++)
        {
            first.TryAdd(events[index].Event.Id, index);
        }

        // What is archived before is known to the record too: to its readers, and to the sweeper, should the item be lost.
        var items = await heavyPayloads.ArchiveAsync([.. first.Values.Select(index => new WorkItem(events[index].Event, events[index].Payload, null))], cancellationToken);
        var accepted = new Acceptance[events.Count];
        var putting = CreateAsync(items.Zip(first.Values), accepted, cancellationToken);
        var sending = queue.SendAsync(items, TimeSpan.Zero, cancellationToken);
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
