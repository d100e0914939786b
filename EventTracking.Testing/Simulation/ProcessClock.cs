namespace EventTracking.Testing.Simulation;

/// <summary>The clock of one simulated process. Its timers end with the process.</summary>
internal sealed class ProcessClock(Timeline timeline, Func<bool> isAlive) : TimeProvider
{
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => timeline.Clock;

    public override long GetTimestamp() => timeline.Now.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(timeline, isAlive, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(Timeline timeline, Func<bool> isAlive, Action callback) : ITimer
    {
        private int version;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var current = Interlocked.Increment(ref version);
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                timeline.AtTimer(timeline.Now + dueTime, () => Fire(current, period));
            }

            return true;
        }

        public void Dispose() => Interlocked.Increment(ref version);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Fire(int armed, TimeSpan period)
        {
            if (Volatile.Read(ref version) != armed || !isAlive())
            {
                return;
            }

            if (period > TimeSpan.Zero)
            {
                timeline.AtTimer(timeline.Now + period, () => Fire(armed, period));
            }

            callback();
        }
    }
}
