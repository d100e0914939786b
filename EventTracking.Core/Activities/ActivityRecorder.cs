using EventTracking.Core.Resilience;
using Microsoft.Extensions.Logging;

namespace EventTracking.Core.Activities;

/// <summary>Stores what a batch did. It never fails a batch: the ledger has the truth, and these are only counts.</summary>
internal sealed partial class ActivityRecorder(ActivityCounters counters, IActivityStore store, TimeProvider time, ILogger<ActivityRecorder> logger)
{
    /// <summary>A store that does not respond must not hold back a batch whose outcomes are recorded.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public ActivityTally Begin() => counters.Begin();

    public async Task StoreAsync(string function, ActivityTally tally, CancellationToken cancellationToken)
    {
        tally.Add(ActivityNames.Batches);
        using var impatience = new CancellationTokenSource(Patience, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(impatience.Token, cancellationToken);
        try
        {
            await store.AddAsync(function, IActivityStore.SlotOf(time.GetUtcNow()), tally.Amounts, linked.Token);
        }
        catch (Exception exception) when (exception is StoreUnavailableException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            Log.NotCounted(logger, exception, function);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "What a batch of {Function} did could not be counted; its events are recorded")]
        public static partial void NotCounted(ILogger logger, Exception exception, string function);
    }
}
