using System.Threading.Channels;
using EventTracking.Stock.Connectors.Brightpearl;
using Microsoft.Extensions.Time.Testing;

namespace EventTracking.Tests.Sandbox;

/// <summary>A clock that stands still and reports which timers were set, so that a test can await the start of a wait.</summary>
internal sealed class ObservedTime(DateTimeOffset start) : FakeTimeProvider(start)
{
    private readonly Channel<TimeSpan> timers = Channel.CreateUnbounded<TimeSpan>();

    public ObservedTime()
        : this(new DateTimeOffset(2026, 11, 2, 9, 30, 0, TimeSpan.Zero))
    {
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        timers.Writer.TryWrite(dueTime);
        return timer;
    }

    /// <summary>Returns when something has begun to wait for exactly this time.</summary>
    public async Task BegunAsync(TimeSpan wait)
    {
        while (await timers.Reader.ReadAsync(TestContext.Current.CancellationToken) != wait)
        {
        }
    }

    /// <summary>Runs a call to its end and skips its pauses between tries; time-outs never fire.</summary>
    public async Task<T> SkipPausesAsync<T>(Task<T> call, params TimeSpan[] timeouts)
    {
        while (!call.IsCompleted)
        {
            var next = timers.Reader.WaitToReadAsync(TestContext.Current.CancellationToken).AsTask();
            if (await Task.WhenAny(call, next) == next && timers.Reader.TryRead(out var due) && due > TimeSpan.Zero && due != BrightpearlLimit.Patience && !timeouts.Contains(due))
            {
                Advance(due);
            }
        }

        return await call;
    }
}
