using EventTracking.Core.Configuration;
using EventTracking.Core.Replay;
using Microsoft.Extensions.Options;

namespace EventTracking.Api.Hosting.Local;

/// <summary>Works on bulk replays and dismissals: on those that are started in this process at once, and on all others at the next sweep.</summary>
internal sealed partial class ReplayWorker(ReplayPump pump, ReplayJobs jobs, IOptions<EventTrackingOptions> options, TimeProvider time, ILogger<ReplayWorker> logger) : BackgroundService
{
    private static readonly TimeSpan AtOnce = TimeSpan.FromHours(1);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await pump.RunAsync(AtOnce, stoppingToken);
                await jobs.WaitAsync(options.Value.SweepInterval, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Whatever the fault, the next run must go on with the jobs.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Log.NotAdvanced(logger, exception);
                await Task.Delay(AfterFailure, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Bulk replays could not be continued; the next run goes on with them")]
        public static partial void NotAdvanced(ILogger logger, Exception exception);
    }
}
