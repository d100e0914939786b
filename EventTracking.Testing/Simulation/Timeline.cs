using System.Diagnostics;

namespace EventTracking.Testing.Simulation;

/// <summary>
/// Virtual time and its schedule. One thing happens at a time: the next starts only when all work that the last one started
/// waits for something on this schedule, that is, when no thread of the pool has anything to do.
/// </summary>
internal sealed class Timeline
{
    private static readonly TimeSpan Stuck = TimeSpan.FromSeconds(30);
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);

    private readonly Lock gate = new();
    private readonly PriorityQueue<(Action Action, bool Timer), (long At, ulong Order, long Number)> due = new();
    private long number;
    private long now;

    /// <summary>Time since the start; never goes back.</summary>
    public TimeSpan Now => TimeSpan.FromTicks(Volatile.Read(ref now));

    /// <summary>The error of the machine's clock, in whole milliseconds.</summary>
    public TimeSpan ClockError { get; set; }

    /// <summary>What the sources' clocks show.</summary>
    public DateTimeOffset TrueTime => Start + Now;

    /// <summary>What the machine's clock shows.</summary>
    public DateTimeOffset Clock => TrueTime + ClockError;

    public int Happened { get; private set; }

    /// <summary>Schedules an action. Among actions due at the same moment, the order decides, not which was scheduled first.</summary>
    public void At(TimeSpan at, ulong order, Action action) => Add(at, order, action, timer: false);

    /// <summary>Timers that are due at the same moment run in the order in which they were created.</summary>
    public void AtTimer(TimeSpan at, Action action) => Add(at, 0, action, timer: true);

    /// <summary>Freezes the whole machine for a while; everything that becomes due meanwhile is late.</summary>
    public void Freeze(TimeSpan duration) => Volatile.Write(ref now, Whole(now + duration.Ticks));

    /// <summary>Runs the next action and waits for all work that it starts; returns false if there is none until then.</summary>
    public bool Next(TimeSpan until)
    {
        if (!TryTake(until, timersOnly: false, out var action, out var timer))
        {
            return false;
        }

        Happened++;
        action();
        while (timer && TryTake(Now, timersOnly: true, out action, out _))
        {
            action();
        }

        AwaitRest();
        return true;
    }

    /// <summary>Waits until no thread of the pool has anything to do. The process must belong to the simulation alone, whose own thread must not be one of the pool.</summary>
    public static void AwaitRest()
    {
        var started = Stopwatch.GetTimestamp();
        var spin = new SpinWait();
        while (!IsAtRest())
        {
            spin.SpinOnce(sleep1Threshold: -1);
            if (Stopwatch.GetElapsedTime(started) > Stuck)
            {
                throw new InvalidOperationException("A thread of the pool does not come to rest: something waits outside the virtual time, or runs forever.");
            }
        }
    }

    // A worker counts as busy from when it is requested until it finds no more work, so between the two reads no thread
    // can add work.
    private static bool IsAtRest()
    {
        ThreadPool.GetMaxThreads(out var all, out _);
        ThreadPool.GetAvailableThreads(out var free, out _);
        return free == all && ThreadPool.PendingWorkItemCount == 0;
    }

    // Timers end on whole milliseconds: a delay truncates the rest of a millisecond to zero, and a loop that waits for it would
    // never see time advance.
    private static long Whole(long ticks) => (ticks + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond * TimeSpan.TicksPerMillisecond;

    private void Add(TimeSpan at, ulong order, Action action, bool timer)
    {
        lock (gate)
        {
            due.Enqueue((action, timer), (Math.Max(Whole(at.Ticks), now), order, ++number));
        }
    }

    private bool TryTake(TimeSpan until, bool timersOnly, out Action action, out bool timer)
    {
        lock (gate)
        {
            if (!due.TryPeek(out var next, out var when) || when.At > until.Ticks || (timersOnly && !next.Timer))
            {
                (action, timer) = (static () => { }, false);
                return false;
            }

            due.Dequeue();
            Volatile.Write(ref now, Math.Max(now, when.At));
            (action, timer) = next;
            return true;
        }
    }
}
