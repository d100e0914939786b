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

    private readonly Dictionary<string, QueueDepth?> depths = [];

    /// <summary>Also returns false if the queue did not respond, e.g. because it was removed along with its function.</summary>
    public async Task<bool> IsLowAsync(string function, CancellationToken cancellationToken) =>
        await MeasureAsync(function, cancellationToken) is { Items: < Short };

    /// <summary>Whether the queue has neither items nor dead letters; false if it did not respond.</summary>
    public async Task<bool> IsEmptyAsync(string function, CancellationToken cancellationToken) =>
        await MeasureAsync(function, cancellationToken) is { Items: 0, DeadLetters: 0 };

    private async Task<QueueDepth?> MeasureAsync(string function, CancellationToken cancellationToken)
    {
        if (depths.TryGetValue(function, out var known))
        {
            return known;
        }

        try
        {
            return depths[function] = await queue.GetDepthAsync(function, cancellationToken);
        }
        catch (StoreUnavailableException exception)
        {
            Log.NoResponse(logger, exception, function);
            return depths[function] = null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The queue of {Function} did not respond; its events are left to the next sweep")]
        public static partial void NoResponse(ILogger logger, Exception exception, string function);
    }
}
