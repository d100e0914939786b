using System.Collections.Concurrent;
using EventTracking.Core.Functions;
using EventTracking.Core.Queue;

namespace EventTracking.Core.Replay;

/// <summary>
/// How fast a job sends its events. A fixed rate is kept by each process that works on the job, usually one. Otherwise live
/// traffic goes first: nothing is sent to a function that is not ready or has a backlog, nor more than it says that replays may use.
/// </summary>
internal sealed class ReplayPace(IWorkQueue queue, FunctionRegistry functions, TimeProvider time)
{
    /// <summary>A backlog of so many events, beside those of the job itself, is live traffic that has to wait already.</summary>
    private const int Backlog = 1000;

    /// <summary>What a job may send at once after it has waited.</summary>
    private static readonly TimeSpan Burst = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<long, Allowance> allowances = [];

    /// <summary>Returns how many of the next events may be sent now.</summary>
    /// <param name="job">The number of the job's record.</param>
    /// <param name="rate">The fixed rate in events per second; null adapts.</param>
    /// <param name="ahead">How many events of the job have not run yet.</param>
    /// <param name="next">The functions of the next events, in order.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task<int> TakeAsync(long job, int? rate, int ahead, IReadOnlyList<string> next, CancellationToken cancellationToken)
    {
        if (rate is not null)
        {
            return TakeAt(job, rate.Value, next.Count);
        }

        var allowed = next.Count;
        double? most = null;
        foreach (var name in next.Distinct())
        {
            if (functions.Find(name)?.Function is not { } function)
            {
                continue;
            }

            if (function.ReadyIn > TimeSpan.Zero || (await queue.GetDepthAsync(name, cancellationToken)).Items - ahead >= Backlog)
            {
                allowed = Math.Min(allowed, next.TakeWhile(other => other != name).Count());
            }

            most = function.ReplaysPerSecond is { } limit && !(most < limit) ? limit : most;
        }

        return allowed > 0 && most is { } slowest ? TakeAt(job, slowest, allowed) : allowed;
    }

    private int TakeAt(long job, double perSecond, int wanted)
    {
        var now = time.GetTimestamp();

        // Below two, what is left of the time after an event would be lost.
        var largest = Math.Max(2, perSecond * Burst.TotalSeconds);
        var allowance = allowances.TryGetValue(job, out var before) ? before : new Allowance(now, 1);
        var available = Math.Min(largest, allowance.Events + (perSecond * time.GetElapsedTime(allowance.At, now).TotalSeconds));
        var taken = Math.Min(wanted, (int)available);
        allowances[job] = new Allowance(now, available - taken);
        return taken;
    }

    private readonly record struct Allowance(long At, double Events);
}
