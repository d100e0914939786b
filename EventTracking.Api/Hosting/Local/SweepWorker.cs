using EventTracking.Core.Configuration;
using EventTracking.Core.Recovery;
using Microsoft.Extensions.Options;

namespace EventTracking.Api.Hosting.Local;

/// <summary>Runs the sweeper on a timer: the cheap part each time, the search for lost events in flight every half hour.</summary>
internal sealed partial class SweepWorker(Sweeper sweeper, IOptions<EventTrackingOptions> options, TimeProvider time, ILogger<SweepWorker> logger) : BackgroundService
{
    private static readonly TimeSpan InFlightInterval = TimeSpan.FromMinutes(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.SweepInterval, time);
        var lastInFlight = time.GetTimestamp();
        while (await NextAsync(timer, stoppingToken))
        {
            await SweepAsync(sweeper.SweepAsync, stoppingToken);
            if (time.GetElapsedTime(lastInFlight) >= InFlightInterval)
            {
                lastInFlight = time.GetTimestamp();
                await SweepAsync(sweeper.SweepInFlightAsync, stoppingToken);
            }
        }
    }

    private async Task SweepAsync(Func<CancellationToken, Task<SweepResult>> sweep, CancellationToken stoppingToken)
    {
        try
        {
            await sweep(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The loop ends with the timer.
        }
#pragma warning disable CA1031 // Whatever the fault, the next sweep must run.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.NotSwept(logger, exception);
        }
    }

    private static async ValueTask<bool> NextAsync(PeriodicTimer timer, CancellationToken stoppingToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "A sweep failed; the next one will continue")]
        public static partial void NotSwept(ILogger logger, Exception exception);
    }
}
