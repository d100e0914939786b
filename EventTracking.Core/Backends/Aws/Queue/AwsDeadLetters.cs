using EventTracking.Core.Queue;
using Microsoft.Extensions.Logging;

namespace EventTracking.Core.Backends.Aws.Queue;

/// <summary>
/// The messages that SQS dead-lettered on its own. SQS keeps them, notifies nobody, and deletes them after their retention.
/// </summary>
internal sealed partial class AwsDeadLetters(QueueReceiver receiver, QueueAcknowledger acknowledger, FunctionQueues queues, NewerMessages newerMessages, ILogger<AwsDeadLetters> logger) : IDeadLetters
{
    public async Task<DeadLetters> ReceiveAsync(string function, int limit, TimeSpan visibility, CancellationToken cancellationToken)
    {
        var (items, foreign, newer, full) = await receiver.ReceiveAsync(queues.DeadLettersOf(function), function, limit, visibility, TimeSpan.Zero, cancellationToken);
        if (foreign.Count > 0)
        {
            Log.Foreign(logger, foreign.Count, function, string.Join(", ", foreign));
        }

        // A version that does not know of forms has let them die. The sweeper of a version that can read them takes them from here.
        foreach (var message in newer)
        {
            newerMessages.See(message);
        }

        return new DeadLetters(items, full);
    }

    public Task RemoveAsync(IReadOnlyList<ReceivedItem> items, CancellationToken cancellationToken) => acknowledger.DeleteDeadLettersAsync(items, cancellationToken);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Count} dead letters of {Function} are not messages of this product and stay in the queue: {MessageIds}")]
        public static partial void Foreign(ILogger logger, int count, string function, string messageIds);
    }
}
