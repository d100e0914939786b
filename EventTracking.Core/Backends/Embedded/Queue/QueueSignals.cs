using System.Collections.Concurrent;

namespace EventTracking.Core.Backends.Embedded.Queue;

/// <summary>Wakes those who wait for a function's items. This process is the only one that sends, so no signal is missed.</summary>
internal sealed class QueueSignals
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> waiting = new(StringComparer.Ordinal);

    /// <summary>Ends when an item is sent or given back after this call; take it before looking at the queue.</summary>
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
