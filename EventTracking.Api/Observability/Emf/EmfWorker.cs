using EventTracking.Api.Hosting.Lambda;

namespace EventTracking.Api.Observability.Emf;

/// <summary>Outside Lambda, flushes once a minute, which is the resolution of CloudWatch metrics, and once more at the end.</summary>
internal sealed class EmfWorker(IEnumerable<IInvocationEnd> ends, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            foreach (var end in ends)
            {
                await end.FlushAsync(CancellationToken.None);
            }
        }
    }
}
