using EventTracking.Core.Resilience;

namespace EventTracking.Core.Functions;

/// <summary>
/// The events of one batch, which share calls. A shared call is made once every event that runs waits for one: nobody could join any
/// more. That is known by counting, without a pause: of the groups of the batch (the events of one entity, one after the other), as
/// many run at once as the function allows, until fewer are left. An event that does something else for long delays the others only
/// for as long as they have patience.
/// </summary>
/// <param name="groups">How many groups the batch has.</param>
/// <param name="concurrency">How many of them run at once.</param>
/// <param name="random">The source of <see cref="Spread"/>.</param>
/// <param name="time">Measures the patience.</param>
internal sealed class BatchScope(int groups, int concurrency, RandomSource random, TimeProvider time)
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private readonly Lazy<double> spread = new(random.NextFraction);
    private List<SharedPart> gathered = [];
    private ITimer? timer;
    private int unfinished = groups;

    /// <summary>The batch's own fraction of a spread: what is postponed together comes back together, to share its calls again, but not along with other batches.</summary>
    public double Spread => spread.Value;

    public void Join(SharedPart part)
    {
        List<SharedPart> due;
        lock (gate)
        {
            if (part.IsOver)
            {
                return;
            }

            gathered.Add(part);
            due = TakeIfComplete();
            if (due.Count == 0)
            {
                timer ??= time.CreateTimer(Flush, gathered, Patience, Timeout.InfiniteTimeSpan);
            }
        }

        Start(due);
    }

    public void Leave(SharedPart part)
    {
        lock (gate)
        {
            gathered.Remove(part);
        }
    }

    /// <summary>All events of a group have ended.</summary>
    public void EndGroup()
    {
        List<SharedPart> due;
        lock (gate)
        {
            unfinished--;
            due = TakeIfComplete();
        }

        Start(due);
    }

    private void Flush(object? round)
    {
        List<SharedPart> due;
        lock (gate)
        {
            if (!ReferenceEquals(gathered, round))
            {
                // Everybody joined at the last moment, and this is already the next round.
                return;
            }

            due = Take();
        }

        Start(due);
    }

    private List<SharedPart> TakeIfComplete()
    {
        var running = Math.Min(concurrency, unfinished);
        return gathered.Count >= running && gathered.DistinctBy(part => part.Context).Count() >= running ? Take() : [];
    }

    private List<SharedPart> Take()
    {
        var taken = gathered;
        gathered = [];
        timer?.Dispose();
        timer = null;
        return taken;
    }

    /// <summary>In the order of the events, because that in which they joined is a matter of chance.</summary>
    private static void Start(List<SharedPart> due)
    {
        foreach (var parts in due.OrderBy(part => part.Context.Event.Id).GroupBy(part => part.Call))
        {
            parts.First().Start([.. parts]);
        }
    }
}
