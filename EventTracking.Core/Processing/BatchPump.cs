using EventTracking.Core.Functions;
using EventTracking.Core.Queue;
using EventTracking.Core.Resilience;
using Microsoft.Extensions.Logging;

namespace EventTracking.Core.Processing;

/// <summary>
/// Receives a batch from a function's queue, runs it, and acknowledges or defers its items; for hosts that poll. Items are hidden
/// only for a short time, which is extended while their batch runs, so that the items of a process that died soon become visible
/// to another one.
/// </summary>
internal sealed partial class BatchPump(IWorkQueue queue, BatchRunner runner, TimeProvider time, ILogger<BatchPump> logger)
{
    private static readonly TimeSpan Visibility = TimeSpan.FromSeconds(60);

    /// <summary>Two extensions in a row may fail before the items become visible to other consumers.</summary>
    private static readonly TimeSpan ExtensionInterval = Visibility / 3;

    /// <summary>How long after its deadline a hanging batch still keeps its items hidden.</summary>
    private static readonly TimeSpan Overtime = TimeSpan.FromSeconds(30);

    /// <summary>Receives and runs one batch. Returns the number of its items, 0 if none arrived within <paramref name="wait"/>.</summary>
    public async Task<int> RunAsync(RegisteredFunction function, TimeSpan wait, CancellationToken stoppingToken)
    {
        var items = await ReceiveAsync(function, wait, stoppingToken);
        if (items.Count > 0)
        {
            await RunAsync(function, items, stoppingToken);
        }

        return items.Count;
    }

    /// <summary>Receives a batch, which is empty if nothing arrived within <paramref name="wait"/>.</summary>
    public Task<IReadOnlyList<ReceivedItem>> ReceiveAsync(RegisteredFunction function, TimeSpan wait, CancellationToken stoppingToken) =>
        queue.ReceiveAsync(function.Name, function.Settings.BatchSize, Visibility, wait, stoppingToken);

    /// <summary>Runs a received batch to its end, even if the host stops. When the host stops, the batch no longer waits for a queue that does not respond.</summary>
    public async Task RunAsync(RegisteredFunction function, IReadOnlyList<ReceivedItem> items, CancellationToken stoppingToken)
    {
        // Twice the time of one event: the second half is for events that waited behind others of the batch.
        var deadline = Deadline.In(function.Settings.Timeout * 2, time);
        var dispositions = await HiddenWhileAsync(items, deadline.After(Overtime), () => runner.RunAsync(function, items, deadline, CancellationToken.None));
        var done = new List<ReceivedItem>(items.Count);
        var deferrals = new List<Deferral>();
        foreach (var (item, disposition) in items.Zip(dispositions))
        {
            if (disposition.Of(item) is { } deferral)
            {
                deferrals.Add(deferral);
            }
            else
            {
                done.Add(item);
            }
        }

        // Try for as long as the items may be hidden: if the pump gave up earlier, deferred items would stay hidden for the rest of
        // that time even if the queue responds again and they are due.
        var end = Deadline.In(Visibility, time);
        await Task.WhenAll(
            StoreRetry.UntilAsync(() => queue.AcknowledgeAsync(done, CancellationToken.None), end, time, stoppingToken),
            StoreRetry.UntilAsync(() => queue.DeferAsync(deferrals, CancellationToken.None), end, time, stoppingToken));
    }

    private async Task<T> HiddenWhileAsync<T>(IReadOnlyList<ReceivedItem> items, Deadline until, Func<Task<T>> run)
    {
        using var ended = new CancellationTokenSource();
        var extending = ExtendAsync(items, until, ended.Token);
        try
        {
            return await run();
        }
        finally
        {
            // Wait for an extension that is under way: it must not take effect after the items are acknowledged or deferred.
            await ended.CancelAsync();
            await extending;
        }
    }

    private async Task ExtendAsync(IReadOnlyList<ReceivedItem> items, Deadline until, CancellationToken ended)
    {
        while (!until.IsOver)
        {
            await Task.Delay(ExtensionInterval, time, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (ended.IsCancellationRequested)
            {
                return;
            }

            try
            {
                await queue.ExtendAsync(items, Visibility, CancellationToken.None);
            }
#pragma warning disable CA1031 // Whatever the failure is, the batch continues; the failure is logged.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                // Another consumer that receives the items in the meantime finds that their events are leased.
                Log.NotExtended(logger, exception, items.Count);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The visibility time-out of {Count} items could not be extended; other consumers may receive them before their batch ends")]
        public static partial void NotExtended(ILogger logger, Exception exception, int count);
    }
}
