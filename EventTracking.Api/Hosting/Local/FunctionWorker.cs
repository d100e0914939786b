using EventTracking.Core.Functions;
using EventTracking.Core.Payloads;
using EventTracking.Core.Queue;

namespace EventTracking.Api.Hosting.Local;

/// <summary>
/// Runs the functions in this process: takes batches from each function's queue, a few at a time, and does with every item
/// what the batch runner says. On a graceful stop it takes no more and lets the running batches end.
/// </summary>
internal sealed partial class FunctionWorker(FunctionRegistry functions, IWorkQueue queue, BatchRunner runner, TimeProvider time, ILogger<FunctionWorker> logger) : BackgroundService
{
    /// <summary>Batches of one function under way at once: while one waits for its slowest event, others go on.</summary>
    private const int BatchesAtOnce = 4;

    private static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan VisibilityMargin = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StoreDown = TimeSpan.FromSeconds(2);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(functions.All.SelectMany(function => Enumerable.Range(0, BatchesAtOnce).Select(_ => PumpAsync(function, stoppingToken))));

    private async Task PumpAsync(RegisteredFunction function, CancellationToken stoppingToken)
    {
        // The first calls must not hold up the start of the host.
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RunBatchAsync(function, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (StoreUnavailableException exception)
            {
                Log.StoreUnavailable(logger, exception, function.Name);
                await PauseAsync(stoppingToken);
            }
        }
    }

    private async Task RunBatchAsync(RegisteredFunction function, CancellationToken stoppingToken)
    {
        // Twice the time of one event: the second half is for those that waited behind others of the batch.
        var batchTime = function.Settings.Timeout * 2;
        var items = await queue.ReceiveAsync(function.Name, function.Settings.BatchSize, batchTime + VisibilityMargin, LongPoll, stoppingToken);
        if (items.Count == 0)
        {
            return;
        }

        var dispositions = await runner.RunAsync(function, items, time.GetUtcNow() + batchTime, CancellationToken.None);
        var done = new List<ReceivedItem>(items.Count);
        var deferred = new List<Task>();
        for (var i = 0; i < items.Count; i++)
        {
            if (dispositions[i].Delay is { } delay)
            {
                deferred.Add(queue.DeferAsync(items[i], delay, CancellationToken.None));
            }
            else
            {
                done.Add(items[i]);
            }
        }

        deferred.Add(queue.AcknowledgeAsync(done, CancellationToken.None));
        await Task.WhenAll(deferred);
    }

    private async Task PauseAsync(CancellationToken stoppingToken) =>
        await Task.Delay(StoreDown, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The queue of {Function} is not available; trying again")]
        public static partial void StoreUnavailable(ILogger logger, Exception exception, string function);
    }
}
