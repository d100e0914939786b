using EventTracking.Core.Queue;

namespace EventTracking.Benchmarks.Simulation.Ports;

/// <summary>What the queue delivers once more. It outlives the process, as a queue does.</summary>
internal sealed class Redeliveries(Timeline timeline, Luck luck, FaultPlan faults, Habits habits)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private readonly List<(string Function, TimeSpan At, ReceivedItem Item)> later = [];

    public bool PayloadInItem => habits.PayloadInItem;

    /// <summary>When something is to be delivered once more for a function.</summary>
    public TimeSpan? NextAt(string function) =>
        later.Where(item => item.Function == function).Select(item => (TimeSpan?)item.At).Min();

    public void Forget() => later.Clear();

    /// <summary>The items in another order, with what is due once more; some are remembered for that.</summary>
    public IReadOnlyList<ReceivedItem> Mix(string function, IReadOnlyList<ReceivedItem> received)
    {
        var due = later.Where(item => item.Function == function && item.At <= timeline.Now).ToList();
        later.RemoveAll(due.Contains);
        foreach (var item in received)
        {
            var name = $"redeliver/{item.Item.Event.Id}/{item.ReceiveCount}";
            if (faults.Take(name, [(QueueFault.Redeliver, habits.Duplicate)]) is not null)
            {
                later.Add((function, timeline.Now + (Longest * luck.Fraction(name)), item));
            }
        }

        return [.. received.Concat(due.Select(item => item.Item)).OrderBy(item => luck.Hash($"order/{item.Item.Event.Id}/{timeline.Now.Ticks}"))];
    }
}

/// <summary>What a queue may do wrong of itself.</summary>
internal enum QueueFault
{
    /// <summary>It delivers an item once more.</summary>
    Redeliver,
}
