using EventTracking.Core.Functions;
using EventTracking.Core.Payloads;
using EventTracking.Core.Queue;
using Microsoft.Extensions.Logging;

namespace EventTracking.Core.Processing;

/// <summary>
/// For hosts that poll: takes a batch from a function's queue, runs it, and settles its items. Items are hidden for a short
/// time only, again and again while their batch runs: those of a process that died are soon seen by another.
/// </summary>
internal sealed partial class BatchPump(IWorkQueue queue, BatchRunner runner, TimeProvider time, ILogger<BatchPump> logger)
{
    private static readonly TimeSpan Visibility = TimeSpan.FromSeconds(60);

    /// <summary>Two of these calls may fail before anyone else sees the items.</summary>
    private static readonly TimeSpan ExtensionInterval = Visibility / 3;

    /// <summary>Between two tries to settle items while the queue does not answer.</summary>
    private static readonly TimeSpan StoreDown = TimeSpan.FromSeconds(2);

    /// <summary>A batch that hangs for longer than this beyond its time gives up its items.</summary>
    private static readonly TimeSpan Overtime = TimeSpan.FromSeconds(30);

    /// <summary>Receives and runs one batch; the number of its items, 0 when none came within <paramref name="wait"/>.</summary>
    public async Task<int> RunAsync(RegisteredFunction function, TimeSpan wait, CancellationToken stoppingToken)
    {
        var items = await ReceiveAsync(function, wait, stoppingToken);
        if (items.Count > 0)
        {
            await RunAsync(function, items, stoppingToken);
        }

        return items.Count;
    }

    /// <summary>Takes a batch; empty when nothing came within <paramref name="wait"/>.</summary>
    public Task<IReadOnlyList<ReceivedItem>> ReceiveAsync(RegisteredFunction function, TimeSpan wait, CancellationToken stoppingToken) =>
        queue.ReceiveAsync(function.Name, function.Settings.BatchSize, Visibility, wait, stoppingToken);

    /// <summary>Runs a batch that was taken to its end, whoever stops; only a queue that does not answer is then not waited for.</summary>
    public async Task RunAsync(RegisteredFunction function, IReadOnlyList<ReceivedItem> items, CancellationToken stoppingToken)
    {
        // Twice the time of one event: the second half is for those that waited behind others of the batch.
        var deadline = time.GetUtcNow() + (function.Settings.Timeout * 2);
        var dispositions = await HiddenWhileAsync(items, deadline + Overtime, () => runner.RunAsync(function, items, deadline, CancellationToken.None));
        var done = new List<ReceivedItem>(items.Count);
        var deferrals = new List<Deferral>();
        foreach (var (item, disposition) in items.Zip(dispositions))
        {
            if (disposition.Delay is { } delay)
            {
                deferrals.Add(new Deferral(item, delay));
            }
            else
            {
                done.Add(item);
            }
        }

        await Task.WhenAll(
            SettleAsync(() => queue.AcknowledgeAsync(done, CancellationToken.None), stoppingToken),
            SettleAsync(() => queue.DeferAsync(deferrals, CancellationToken.None), stoppingToken));
    }

    /// <summary>
    /// Tries for as long as the items may be hidden. Unsettled they would stay so to the end of that time, though the queue
    /// answers again and they are due.
    /// </summary>
    private async Task SettleAsync(Func<Task> settle, CancellationToken stoppingToken)
    {
        var end = time.GetUtcNow() + Visibility;
        while (true)
        {
            try
            {
                await settle();
                return;
            }
            catch (StoreUnavailableException) when (time.GetUtcNow() + StoreDown < end && !stoppingToken.IsCancellationRequested)
            {
                await Task.Delay(StoreDown, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task<T> HiddenWhileAsync<T>(IReadOnlyList<ReceivedItem> items, DateTimeOffset until, Func<Task<T>> run)
    {
        using var ended = new CancellationTokenSource();
        var extending = ExtendAsync(items, until, ended.Token);
        try
        {
            return await run();
        }
        finally
        {
            // To its end: an extension under way must not overtake what becomes of the items.
            await ended.CancelAsync();
            await extending;
        }
    }

    private async Task ExtendAsync(IReadOnlyList<ReceivedItem> items, DateTimeOffset until, CancellationToken ended)
    {
        while (time.GetUtcNow() < until)
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
#pragma warning disable CA1031 // Whatever it was, the batch goes on, and what becomes of its items is told.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                // Whoever receives them meanwhile finds their leases.
                Log.NotExtended(logger, exception, items.Count);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "A batch of {Count} could not be hidden for longer; others may see its items before it ends")]
        public static partial void NotExtended(ILogger logger, Exception exception, int count);
    }
}
