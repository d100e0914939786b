using System.Collections.Concurrent;

namespace EventTracking.Core.Backends.Embedded.Queue;

/// <summary>Wakes receivers that wait for a function's items. Only this process sends items, so no signal is missed.</summary>
internal sealed class QueueSignals
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> waiting = new(StringComparer.Ordinal);

    /// <summary>Completes when an item is sent or released after this call. Call it before checking the queue.</summary>
    public Task Next(string function) =>
        waiting.GetOrAdd(function, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void Pulse(string function)
    {
        if (waiting.TryRemove(function, out var signal))
        {
            signal.SetResult();
        }
    }
}
