using System.Collections.Frozen;
using EventTracking.Core.Resilience;

namespace EventTracking.Testing.Simulation;

/// <summary>The faults of a store.</summary>
internal enum StoreFault
{
    /// <summary>The call takes longer than any lease.</summary>
    Slow,

    /// <summary>The call has no effect, and the store reports a failure.</summary>
    FailBefore,

    /// <summary>The call takes effect, but the store reports a failure.</summary>
    FailAfter,

    /// <summary>The store is called twice; the second response counts.</summary>
    Repeat,

    /// <summary>The process ends before the call takes effect.</summary>
    EndBefore,

    /// <summary>The process ends after the call has taken effect.</summary>
    EndAfter,

    /// <summary>The store is called once more some time after it has responded, as by a request that was lost on its way and sent again.</summary>
    Late,
}

/// <summary>
/// The network between a process and its stores. A call takes effect some time after it is made, and its response arrives some time later;
/// anything else may happen in between, and the process may end. A process that has ended gets no responses.
/// </summary>
internal sealed class StoreCalls(Timeline timeline, Luck luck, FaultPlan faults, Habits habits, Trace trace)
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Late = TimeSpan.FromMilliseconds(60);
    private static readonly TimeSpan Longer = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Slowest = TimeSpan.FromSeconds(100);
    private static readonly TimeSpan Latest = TimeSpan.FromSeconds(40);

    /// <summary>Calls whose conditions must also hold against the same call when it arrives late.</summary>
    private static readonly FrozenSet<string> MayBeLate = FrozenSet.Create("ledger.checkpoint", "ledger.complete", "ledger.requeue", "ledger.close");

    private readonly Dictionary<string, int> occurrences = [];

    /// <summary>Names this call by what it asks and how often that was asked before.</summary>
    public string Name(string call)
    {
        lock (occurrences)
        {
            return $"{call}#{occurrences[call] = occurrences.GetValueOrDefault(call) + 1}";
        }
    }

    /// <summary>Calls a store.</summary>
    /// <param name="process">The process that calls.</param>
    /// <param name="call">The name of the call, beginning with its kind; the same in every run of the seed.</param>
    /// <param name="ask">Calls the real store, on the thread of the simulation, while nothing else runs.</param>
    /// <param name="cancellationToken">Cancels the wait; the call may still take effect.</param>
    public Task<T> AskAsync<T>(SimulatedProcess process, string call, Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        var name = Name(call);
        var kind = call.Split(' ')[0];
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (cancellationToken.CanBeCanceled)
        {
            cancellationToken.Register(() => answer.TrySetCanceled(cancellationToken));
        }

        var fault = faults.Take(name, Odds(kind));
        var slow = fault == StoreFault.Slow ? luck.Between($"slow/{name}", Slow, Slowest) : TimeSpan.Zero;
        var slowBefore = luck.Happens($"slow-before/{name}", 0.5);
        After((slowBefore ? slow : TimeSpan.Zero) + Delay(kind, $"there/{name}"), name, () =>
        {
            if (!process.IsAlive || cancellationToken.IsCancellationRequested)
            {
                return;
            }

            trace.Add(fault is null ? name : $"{name} {fault}");
            if (fault == StoreFault.EndBefore)
            {
                process.End();
                return;
            }

            var deliver = Take(fault, ask, answer, name);
            if (fault == StoreFault.EndAfter)
            {
                process.End();
                return;
            }

            if (fault == StoreFault.Late)
            {
                After(luck.Between($"late/{name}", Longer, Latest), name, () => ArriveLate(process, name, ask));
            }

            After((slowBefore ? TimeSpan.Zero : slow) + Delay(kind, $"back/{name}"), name, () =>
            {
                if (process.IsAlive)
                {
                    deliver();
                }
            });
        });
        return answer.Task;
    }

    private void ArriveLate<T>(SimulatedProcess process, string name, Func<Task<T>> ask)
    {
        if (process.IsAlive)
        {
            trace.Add($"late {name}");
            Take(fault: null, ask, new TaskCompletionSource<T>(), name);
        }
    }

    private static Action Take<T>(StoreFault? fault, Func<Task<T>> ask, TaskCompletionSource<T> answer, string name)
    {
        if (fault == StoreFault.FailBefore)
        {
            return Fail(answer, name);
        }

        try
        {
            var result = ask().GetAwaiter().GetResult();
            if (fault == StoreFault.Repeat)
            {
                result = ask().GetAwaiter().GetResult();
            }

            return fault == StoreFault.FailAfter ? Fail(answer, name) : () => answer.TrySetResult(result);
        }
#pragma warning disable CA1031 // Any failure belongs to the caller.
        catch (Exception exception) when (exception is not InvariantViolation)
#pragma warning restore CA1031
        {
            return () => answer.TrySetException(exception);
        }
    }

    private static Action Fail<T>(TaskCompletionSource<T> answer, string name) =>
        () => answer.TrySetException(new StoreUnavailableException($"Simulated: {name} was not answered."));

    private (StoreFault, double)[] Odds(string kind) =>
    [
        (StoreFault.Slow, habits.Slow),
        (StoreFault.FailBefore, habits.FailureOf(kind) / 2),
        (StoreFault.FailAfter, habits.FailureOf(kind) / 2),
        (StoreFault.Repeat, habits.Repeat),
        (StoreFault.EndBefore, habits.End / 2),
        (StoreFault.EndAfter, habits.End / 2),
        (StoreFault.Late, MayBeLate.Contains(kind) ? habits.Late : 0),
    ];

    // The delay is sometimes long enough for other calls to overtake this one, but shorter than any lease.
    private TimeSpan Delay(string kind, string name) => luck.Between(name, Soon, luck.Happens($"long/{name}", habits.LagOf(kind)) ? Longer : Late);

    private void After(TimeSpan delay, string name, Action action) => timeline.At(timeline.Now + delay, luck.Hash(name), action);
}
