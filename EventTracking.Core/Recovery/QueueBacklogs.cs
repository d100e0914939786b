using EventTracking.Core.Queue;
using EventTracking.Core.Resilience;
using Microsoft.Extensions.Logging;

namespace EventTracking.Core.Recovery;

/// <summary>
/// Which queues are short, asked once a sweep. While one is long, an event that nobody took is more likely behind the others
/// than lost, and one more item would only make it longer.
/// </summary>
internal sealed partial class QueueBacklogs(IWorkQueue queue, ILogger logger)
{
    private const int Short = 1000;

    private readonly Dictionary<string, bool> backlogs = [];

    /// <summary>False also where the queue did not answer, e.g. since its function was removed and it with it.</summary>
    public async Task<bool> IsLowAsync(string function, CancellationToken cancellationToken)
    {
        if (!backlogs.TryGetValue(function, out var isDrained))
        {
            backlogs[function] = isDrained = await MeasureAsync(function, cancellationToken);
        }

        return isDrained;
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
        [LoggerMessage(1, LogLevel.Warning, "The queue of {Function} did not answer; its events are left to the next sweep")]
        public static partial void NoResponse(ILogger logger, Exception exception, string function);
    }
}
