using System.Globalization;
using Amazon.SQS;
using Amazon.SQS.Model;
using EventTracking.Core.Queue;
using EventTracking.Core.Resilience;
using Microsoft.Extensions.Logging;

namespace EventTracking.Core.Backends.Aws.Queue;

/// <summary>
/// The queues in SQS: one standard queue per function, each with a dead-letter queue. The redrive policy dead-letters a
/// message after <see cref="IWorkQueue.ReceivesBeforeDeadLetter"/> receives if the product provisioned the queue.
/// </summary>
internal sealed partial class AwsWorkQueue(IAmazonSQS sqs, QueueReceiver receiver, FunctionQueues queues, QueueSender sender, QueueAcknowledger acknowledger, NewerMessages newerMessages, ILogger<AwsWorkQueue> logger) : IWorkQueue
{
    private const string Visible = "ApproximateNumberOfMessages";
    private const string InFlight = "ApproximateNumberOfMessagesNotVisible";
    private const string Delayed = "ApproximateNumberOfMessagesDelayed";

    private static readonly List<string> DepthAttributes = [Visible, InFlight, Delayed];

    public Task SendAsync(IReadOnlyList<WorkItem> items, TimeSpan delay, CancellationToken cancellationToken) => sender.SendAsync(items, delay, cancellationToken);

    public async Task<IReadOnlyList<ReceivedItem>> ReceiveAsync(string function, int limit, TimeSpan visibility, TimeSpan wait, CancellationToken cancellationToken)
    {
        var (items, full) = await ReceiveOnceAsync(function, limit, visibility, wait, cancellationToken);

        // One call returns at most ten. Those are already hidden from others, so ask for more without waiting, and only while
        // batches are full.
        while (full && items.Count < limit && !cancellationToken.IsCancellationRequested)
        {
            try
            {
                (var more, full) = await ReceiveOnceAsync(function, limit - items.Count, visibility, TimeSpan.Zero, cancellationToken);
                items.AddRange(more);
            }
#pragma warning disable CA1031 // Items that were already received must run whatever the error.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Log.NotFilled(logger, exception, function, items.Count);
                break;
            }
        }

        return items;
    }

    public Task ExtendAsync(IReadOnlyList<ReceivedItem> items, TimeSpan visibility, CancellationToken cancellationToken) =>
        acknowledger.DeferAsync([.. items.Select(item => new Deferral(item, visibility))], cancellationToken);

    public Task DeferAsync(IReadOnlyList<Deferral> deferrals, CancellationToken cancellationToken)
    {
        var worn = deferrals.ToLookup(deferral => deferral is { Waits: true, Item.ReceiveCount: >= IWorkQueue.ReceivesBeforeSentAnew });
        return Task.WhenAll(worn[true].GroupBy(deferral => deferral.Delay).Select(SendAnewAsync).Prepend(acknowledger.DeferAsync([.. worn[false]], cancellationToken)));

        async Task SendAnewAsync(IGrouping<TimeSpan, Deferral> group)
        {
            // SQS counts every receive. A crash in between leaves two messages of the event, of which one runs.
            List<ReceivedItem> items = [.. group.Select(deferral => deferral.Item)];
            await sender.SendAnewAsync(items, group.Key, cancellationToken);
            await acknowledger.DeleteAsync(items, cancellationToken);
        }
    }

    public Task AcknowledgeAsync(IReadOnlyList<ReceivedItem> items, CancellationToken cancellationToken) => acknowledger.DeleteAsync(items, cancellationToken);

    public async Task<QueueDepth> GetDepthAsync(string function, CancellationToken cancellationToken)
    {
        var depths = await Task.WhenAll(CountAsync(queues.Of(function), cancellationToken), CountAsync(queues.DeadLettersOf(function), cancellationToken));
        return new QueueDepth(depths[0], depths[1]);
    }

    private async Task<(List<ReceivedItem> Items, bool Full)> ReceiveOnceAsync(string function, int limit, TimeSpan visibility, TimeSpan wait, CancellationToken cancellationToken)
    {
        var (items, foreign, newer, full) = await receiver.ReceiveAsync(queues.Of(function), function, limit, visibility, wait, cancellationToken);
        foreach (var message in foreign)
        {
            // The message becomes a dead letter on its own, where its sender can find it.
            Log.Foreign(logger, message, function);
        }

        if (newer.Count > 0)
        {
            await ReturnAsync(newer, function, cancellationToken);
        }

        return (items, full);
    }

    /// <summary>The items received along with them must run whatever the error is.</summary>
    private async Task ReturnAsync(IReadOnlyList<ReceivedItem> newer, string function, CancellationToken cancellationToken)
    {
        try
        {
            await DeferAsync([.. newerMessages.Defer(newer)], cancellationToken);
        }
        catch (StoreUnavailableException exception)
        {
            Log.NotReturned(logger, exception, function, newer.Count);
        }
    }

    private async Task<long> CountAsync(string queue, CancellationToken cancellationToken)
    {
        var response = await queues.CallAsync(queue, url => sqs.GetQueueAttributesAsync(new GetQueueAttributesRequest(url, DepthAttributes), cancellationToken), cancellationToken);
        return DepthAttributes.Sum(name => Number(response.Attributes, name));
    }

    private static long Number(Dictionary<string, string> attributes, string name) => long.Parse(attributes[name], CultureInfo.InvariantCulture);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Message {MessageId} on the queue of {Function} is not a message of this product; it stays and becomes a dead letter")]
        public static partial void Foreign(ILogger logger, string messageId, string function);

        [LoggerMessage(2, LogLevel.Warning, "Receiving more items from the queue of {Function} failed; the {Count} items already received run now")]
        public static partial void NotFilled(ILogger logger, Exception exception, string function, int count);

        [LoggerMessage(3, LogLevel.Warning, "{Count} messages of a newer version could not be returned to the queue of {Function}; they become visible again when their visibility timeout ends")]
        public static partial void NotReturned(ILogger logger, Exception exception, string function, int count);
    }
}
