using EventTracking.Core.Queue;
using EventTracking.Core.Resilience;
using Microsoft.Extensions.Logging;

namespace EventTracking.Core.Recovery;

/// <summary>
/// Which queues have a low backlog, measured once per sweep. While a backlog is high, an event that was not claimed is more likely
/// queued behind others than lost, and another item would only make the queue longer.
/// </summary>
internal sealed partial class QueueBacklogs(IWorkQueue queue, ILogger logger)
{
    private const int Short = 1000;

    private readonly Dictionary<string, bool> backlogs = [];

    /// <summary>Also returns false if the queue did not respond, e.g. because it was removed along with its function.</summary>
    public async Task<bool> IsLowAsync(string function, CancellationToken cancellationToken)
    {
        if (!backlogs.TryGetValue(function, out var isLow))
        {
            backlogs[function] = isLow = await MeasureAsync(function, cancellationToken);
        }

        return isLow;
    }

    private async Task<bool> MeasureAsync(string function, CancellationToken cancellationToken)
    {
        try
        {
            return (await queue.GetDepthAsync(function, cancellationToken)).Items < Short;
        }
        catch (StoreUnavailableException exception)
        {
            Log.NoResponse(logger, exception, function);
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The queue of {Function} did not respond; its events are left to the next sweep")]
        public static partial void NoResponse(ILogger logger, Exception exception, string function);
    }
}
