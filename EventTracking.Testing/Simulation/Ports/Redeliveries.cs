using EventTracking.Core.Backends.Embedded;
using EventTracking.Core.Backends.Embedded.Queue;
using EventTracking.Core.Queue;

namespace EventTracking.Testing.Simulation.Ports;

/// <summary>Delivers a copy of an item some time later, whatever the result of the first delivery.</summary>
internal sealed class Redeliveries(SimulatedWorld world)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    public bool PayloadInItem => world.Habits.PayloadInItem;

    /// <summary>The items in another order; some will come again.</summary>
    public IReadOnlyList<ReceivedItem> Mix(IReadOnlyList<ReceivedItem> received)
    {
        foreach (var item in received)
        {
            // A copy is received for the first time as well. If it had the name of the first delivery, each copy would make another.
            var name = world.Calls.Name($"redeliver {item.Item.Event.Id}");
            if (world.Faults.Take(name, [(QueueFault.Redeliver, world.Habits.Duplicate)]) is not null)
            {
                world.Timeline.At(world.Timeline.Now + (Longest * world.Luck.Fraction(name)), world.Luck.Hash(name), () => Copy(item.Item));
            }
        }

        return [.. received.OrderBy(item => world.Luck.Hash($"order/{item.Item.Event.Id}/{world.Timeline.Now.Ticks}"))];
    }

    private void Copy(WorkItem item)
    {
        if (world.Process is { } process && world.Faults.IsOn)
        {
            world.Trace.Add($"again {item.Event.Id}");
            process.Get<EmbeddedQueue>().SendAsync([item], TimeSpan.Zero, CancellationToken.None).GetAwaiter().GetResult();
        }
    }
}

/// <summary>The faults of a queue.</summary>
internal enum QueueFault
{
    /// <summary>It delivers an item once more.</summary>
    Redeliver,
}
