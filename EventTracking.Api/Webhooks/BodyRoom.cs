namespace EventTracking.Api.Webhooks;

/// <summary>
/// The memory for bodies whose senders have not yet proven who they are. A body reserves its whole length before any of it is read, so
/// a body that has room can always be read to its end. While the room is full, bodies wait in the server's small buffers and in the
/// network. The smallest gets room first, because real ones are small, and of equal ones the newest, because senders give up after a few
/// seconds. A body that takes longer than its turn gives way to those that wait. However many slow bodies somebody sends, senders at an
/// ordinary rate still get in.
/// </summary>
internal sealed class BodyRoom : IDisposable
{
    /// <summary>How long a body may keep its place while others wait.</summary>
    public static readonly TimeSpan Turn = TimeSpan.FromSeconds(1);

    /// <summary>How long a body waits for room: less than the five seconds after which Shopify gives up.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    private readonly long capacity;
    private readonly TimeProvider time;
    private readonly ITimer ticks;
    private readonly Lock gate = new();

    // The oldest come first in both.
    private readonly LinkedList<BodyPlace> places = new();
    private readonly LinkedList<Waiter> waiting = new();

    /// <summary>The same in the order in which they get room.</summary>
    private readonly SortedSet<Waiter> line = new(Comparer<Waiter>.Create((one, other) => (one.Bytes, other.Number).CompareTo((other.Bytes, one.Number))));
    private long used;
    private long arrived;

    public BodyRoom(long capacity, TimeProvider time)
    {
        (this.capacity, this.time) = (capacity, time);
        ticks = time.CreateTimer(_ => Look(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Reserves room for a body; returns null if there was none in time.</summary>
    public async ValueTask<BodyPlace?> EnterAsync(long bytes, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, capacity);
        Waiter waiter;
        lock (gate)
        {
            if (used + bytes <= capacity)
            {
                return Take(bytes);
            }

            waiter = new Waiter(bytes, ++arrived, time.GetTimestamp());
            waiting.AddLast(waiter.Node);
            line.Add(waiter);
            EndTurns();
            ticks.Change(Tick, Tick);
        }

        await using var abortion = cancellationToken.Register(() => Leave(waiter));
        return await waiter.Place;
    }

    public void Dispose() => ticks.Dispose();

    internal void Leave(BodyPlace place)
    {
        lock (gate)
        {
            if (place.Node.List is null)
            {
                return;
            }

            places.Remove(place.Node);
            used -= place.Bytes;
            Admit();
        }
    }

    private void Leave(Waiter waiter)
    {
        lock (gate)
        {
            if (waiter.Node.List is not null)
            {
                Remove(waiter);
                waiter.End(null);
            }
        }
    }

    private void Look()
    {
        lock (gate)
        {
            while (waiting.First is { Value: var oldest } && time.GetElapsedTime(oldest.Since) >= Patience)
            {
                Remove(oldest);
                oldest.End(null);
            }

            if (waiting.Count == 0)
            {
                ticks.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                return;
            }

            EndTurns();
        }
    }

    private void Admit()
    {
        while (line.Min is { } first && used + first.Bytes <= capacity)
        {
            Remove(first);
            first.End(Take(first.Bytes));
        }
    }

    private void Remove(Waiter waiter)
    {
        waiting.Remove(waiter.Node);
        line.Remove(waiter);
    }

    /// <summary>Ends the turns of the oldest bodies that have had theirs, until the first in line has room.</summary>
    private void EndTurns()
    {
        var needed = used + line.Min!.Bytes - capacity;
        for (var place = places.First; needed > 0 && place is { Value: var oldest } && time.GetElapsedTime(oldest.Since) >= Turn; place = place.Next)
        {
            needed -= oldest.Bytes;
            oldest.GiveWay();
        }
    }

    private BodyPlace Take(long bytes)
    {
        var place = new BodyPlace(this, bytes, time.GetTimestamp());
        used += bytes;
        places.AddLast(place.Node);
        return place;
    }

    private sealed class Waiter
    {
        private readonly TaskCompletionSource<BodyPlace?> place = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Waiter(long bytes, long number, long since)
        {
            (Bytes, Number, Since) = (bytes, number, since);
            Node = new LinkedListNode<Waiter>(this);
        }

        public long Bytes { get; }

        /// <summary>Counts up with each arrival.</summary>
        public long Number { get; }

        public long Since { get; }

        public LinkedListNode<Waiter> Node { get; }

        public Task<BodyPlace?> Place => place.Task;

        public void End(BodyPlace? got) => place.SetResult(got);
    }
}
