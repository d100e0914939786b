using EventTracking.Core.Functions;

namespace EventTracking.Api.Hosting.Local;

/// <summary>
/// Runs the functions in this process, a few batches of each at a time. On a graceful stop it takes no more and lets the running batches end.
/// </summary>
internal sealed partial class FunctionWorker(FunctionRegistry functions, BatchPump pump, TimeProvider time, ILogger<FunctionWorker> logger) : BackgroundService
{
    /// <summary>Batches of one function under way at once: while one waits for its slowest event, others go on.</summary>
    private const int BatchesAtOnce = 4;

    private static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(20);
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
                await pump.RunAsync(function, LongPoll, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Whatever it was, the other batches and the next one are still to be run.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Log.BatchBroken(logger, exception, function.Name);
                await PauseAsync(stoppingToken);
            }
        }
    }

    private async Task PauseAsync(CancellationToken stoppingToken) =>
        await Task.Delay(StoreDown, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "A batch of {Function} could not be run; trying again")]
        public static partial void BatchBroken(ILogger logger, Exception exception, string function);
    }
}
