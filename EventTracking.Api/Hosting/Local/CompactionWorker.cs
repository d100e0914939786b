using EventTracking.Core.Payloads;

namespace EventTracking.Api.Hosting.Local;

/// <summary>Compacts finished days on a timer. Only the first run after a midnight has anything to do.</summary>
internal sealed partial class CompactionWorker(ISegmentCompaction compaction, TimeProvider time, ILogger<CompactionWorker> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);
    private static readonly TimeSpan AtOnce = TimeSpan.FromMinutes(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await RunAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host is stopping.
        }
    }

    private async Task RunAsync(CancellationToken stoppingToken)
    {
        try
        {
            await compaction.DeleteExpiredAsync(stoppingToken);
            await compaction.RunAsync(AtOnce, stoppingToken);
        }
#pragma warning disable CA1031 // Whatever the fault, the next run must go on.
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Log.NotCompacted(logger, exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Segments could not be joined; the next run goes on with them")]
        public static partial void NotCompacted(ILogger logger, Exception exception);
    }
}
