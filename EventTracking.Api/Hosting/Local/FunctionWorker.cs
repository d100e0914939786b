using EventTracking.Core.Functions;
using EventTracking.Core.Processing;
using EventTracking.Core.Queue;

namespace EventTracking.Api.Hosting.Local;

/// <summary>
/// Runs the functions in this process, a few batches of each at a time. Each function waits for one batch at a time, so that an
/// idle queue costs one long poll. A poll ends with the first message that arrives: batches are full only if there is a backlog.
/// On a graceful stop the worker receives no more batches and lets the running ones finish.
/// </summary>
internal sealed partial class FunctionWorker(FunctionRegistry functions, BatchPump pump, TimeProvider time, ILogger<FunctionWorker> logger) : BackgroundService
{
    /// <summary>Concurrent batches per function: while one waits for its slowest event, the others proceed.</summary>
    private const int BatchesAtOnce = 4;

    private static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan StoreDown = TimeSpan.FromSeconds(2);

    /// <summary>How long to wait before asking a function again that is not ready: what it waits for may come earlier than it thought.</summary>
    private static readonly TimeSpan ReadyPause = TimeSpan.FromSeconds(5);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(functions.All.Select(function => RunAsync(function, stoppingToken)));

    private async Task RunAsync(RegisteredFunction function, CancellationToken stoppingToken)
    {
        // The first calls must not delay the start of the host.
        await Task.Yield();
        using var turn = new SemaphoreSlim(1);
        await Task.WhenAll(Enumerable.Range(0, BatchesAtOnce).Select(_ => PumpAsync(function, turn, stoppingToken)));
    }

    private async Task PumpAsync(RegisteredFunction function, SemaphoreSlim turn, CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RunBatchAsync(function, await TakeAsync(function, turn, stoppingToken), stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task<IReadOnlyList<ReceivedItem>> TakeAsync(RegisteredFunction function, SemaphoreSlim turn, CancellationToken stoppingToken)
    {
        await turn.WaitAsync(stoppingToken);
        try
        {
            while (function.Function.ReadyIn is var readyIn && readyIn > TimeSpan.Zero)
            {
                await Task.Delay(readyIn < ReadyPause ? readyIn : ReadyPause, time, stoppingToken);
            }

            return await pump.ReceiveAsync(function, LongPoll, stoppingToken);
        }
#pragma warning disable CA1031 // Whatever the fault, the worker must go on to the next batch.
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Log.NotReceived(logger, exception, function.Name);
            await PauseAsync(stoppingToken);
            return [];
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task RunBatchAsync(RegisteredFunction function, IReadOnlyList<ReceivedItem> items, CancellationToken stoppingToken)
    {
        if (items.Count == 0)
        {
            return;
        }

        try
        {
            await pump.RunAsync(function, items, stoppingToken);
        }
#pragma warning disable CA1031 // Whatever the fault, the worker must go on with the other batches.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.BatchBroken(logger, exception, function.Name);
            await PauseAsync(stoppingToken);
        }
    }

    private async Task PauseAsync(CancellationToken stoppingToken) =>
        await Task.Delay(StoreDown, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "A batch of {Function} failed; the worker will try again")]
        public static partial void BatchBroken(ILogger logger, Exception exception, string function);

        [LoggerMessage(2, LogLevel.Error, "The queue of {Function} could not be read; the worker will try again")]
        public static partial void NotReceived(ILogger logger, Exception exception, string function);
    }
}
