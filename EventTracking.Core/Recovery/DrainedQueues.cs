using EventTracking.Core.Payloads;
using EventTracking.Core.Queue;
using Microsoft.Extensions.Logging;

namespace EventTracking.Core.Recovery;

/// <summary>
/// Which queues are short, asked once a sweep. While one is long, an event that nobody took is more likely behind the others
/// than lost, and one more item would only make it longer.
/// </summary>
internal sealed partial class DrainedQueues(IWorkQueue queue, ILogger logger)
{
    private const int Short = 1000;

    private readonly Dictionary<string, bool> drained = [];

    /// <summary>False also where the queue did not answer, e.g. since its function was removed and it with it.</summary>
    public async Task<bool> ContainAsync(string function, CancellationToken cancellationToken)
    {
        if (!drained.TryGetValue(function, out var isDrained))
        {
            drained[function] = isDrained = await IsDrainedAsync(function, cancellationToken);
        }

        return isDrained;
    }

    private async Task<bool> IsDrainedAsync(string function, CancellationToken cancellationToken)
    {
        try
        {
            return (await queue.GetDepthAsync(function, cancellationToken)).Items < Short;
        }
        catch (StoreUnavailableException exception)
        {
            Log.NoAnswer(logger, exception, function);
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The queue of {Function} did not answer; its events are left to the next sweep")]
        public static partial void NoAnswer(ILogger logger, Exception exception, string function);
    }
}
