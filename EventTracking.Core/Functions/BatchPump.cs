using EventTracking.Core.Queue;

namespace EventTracking.Core.Functions;

/// <summary>For hosts that poll: takes a batch from a function's queue, runs it, and settles its items.</summary>
internal sealed class BatchPump(IWorkQueue queue, BatchRunner runner, TimeProvider time)
{
    private static readonly TimeSpan VisibilityMargin = TimeSpan.FromSeconds(30);

    /// <summary>Runs one batch; the number of its items, 0 when none came within <paramref name="wait"/>.</summary>
    /// <param name="function">The function.</param>
    /// <param name="wait">How long to wait for the first item.</param>
    /// <param name="stoppingToken">Ends the waiting; a batch that was taken is run to its end.</param>
    public async Task<int> RunAsync(RegisteredFunction function, TimeSpan wait, CancellationToken stoppingToken)
    {
        // Twice the time of one event: the second half is for those that waited behind others of the batch.
        var batchTime = function.Settings.Timeout * 2;
        var items = await queue.ReceiveAsync(function.Name, function.Settings.BatchSize, batchTime + VisibilityMargin, wait, stoppingToken);
        if (items.Count == 0)
        {
            return 0;
        }

        var dispositions = await runner.RunAsync(function, items, time.GetUtcNow() + batchTime, CancellationToken.None);
        var done = new List<ReceivedItem>(items.Count);
        var settling = new List<Task>();
        for (var i = 0; i < items.Count; i++)
        {
            if (dispositions[i].Delay is { } delay)
            {
                settling.Add(queue.DeferAsync(items[i], delay, CancellationToken.None));
            }
            else
            {
                done.Add(items[i]);
            }
        }

        if (done.Count > 0)
        {
            settling.Add(queue.AcknowledgeAsync(done, CancellationToken.None));
        }

        await Task.WhenAll(settling);
        return items.Count;
    }
}
