using System.Globalization;
using Amazon.SQS;
using Amazon.SQS.Model;
using EventTracking.Core.Observability;
using EventTracking.Core.Payloads;
using EventTracking.Core.Queue;
using Microsoft.Extensions.Logging;

namespace EventTracking.Core.Backends.Aws;

/// <summary>
/// The queues in SQS: one standard queue a function, with its dead letters behind it. The redrive policy of the queue buries
/// what was received too often, <see cref="IWorkQueue.ReceivesBeforeDeadLetter"/> times where the product provisions it.
/// </summary>
internal sealed partial class AwsWorkQueue(IAmazonSQS sqs, PollingClient polling, FunctionQueues queues, QueueSender sender, QueueSettler settler, ILogger<AwsWorkQueue> logger) : IWorkQueue
{
    private const int MostEntries = 10;
    private const string ReceiveCount = "ApproximateReceiveCount";
    private const string SentTimestamp = "SentTimestamp";
    private const string Visible = "ApproximateNumberOfMessages";
    private const string InFlight = "ApproximateNumberOfMessagesNotVisible";
    private const string Delayed = "ApproximateNumberOfMessagesDelayed";

    private static readonly TimeSpan LongestPoll = TimeSpan.FromSeconds(20);

    private static readonly List<string> SystemAttributes = [ReceiveCount, SentTimestamp, TraceHeader.MessageAttribute];
    private static readonly List<string> DepthAttributes = [Visible, InFlight, Delayed];

    public Task SendAsync(IReadOnlyList<WorkItem> items, TimeSpan delay, CancellationToken cancellationToken) => sender.SendAsync(items, delay, cancellationToken);

    public async Task<IReadOnlyList<ReceivedItem>> ReceiveAsync(string function, int limit, TimeSpan visibility, TimeSpan wait, CancellationToken cancellationToken)
    {
        var (items, full) = await ReceiveOnceAsync(function, limit, visibility, wait, cancellationToken);

        // One call gives ten at most. What was taken is hidden already, so more is asked for without waiting, and as long as there is plenty.
        while (full && items.Count < limit && !cancellationToken.IsCancellationRequested)
        {
            try
            {
                (var more, full) = await ReceiveOnceAsync(function, limit - items.Count, visibility, TimeSpan.Zero, cancellationToken);
                items.AddRange(more);
            }
            catch (Exception exception) when (exception is StoreUnavailableException or OperationCanceledException)
            {
                // What is here is to be run all the same.
                break;
            }
        }

        return items;
    }

    public Task ExtendAsync(IReadOnlyList<ReceivedItem> items, TimeSpan visibility, CancellationToken cancellationToken) =>
        settler.DeferAsync([.. items.Select(item => new Deferral(item, visibility))], cancellationToken);

    public Task DeferAsync(IReadOnlyList<Deferral> deferrals, CancellationToken cancellationToken) => settler.DeferAsync(deferrals, cancellationToken);

    public Task AcknowledgeAsync(IReadOnlyList<ReceivedItem> items, CancellationToken cancellationToken) => settler.DeleteAsync(items, cancellationToken);

    public async Task<QueueDepth> GetDepthAsync(string function, CancellationToken cancellationToken)
    {
        var depths = await Task.WhenAll(CountAsync(queues.Of(function), cancellationToken), CountAsync(queues.DeadLettersOf(function), cancellationToken));
        return new QueueDepth(depths[0], depths[1]);
    }

    private async Task<(List<ReceivedItem> Items, bool Full)> ReceiveOnceAsync(string function, int limit, TimeSpan visibility, TimeSpan wait, CancellationToken cancellationToken)
    {
        var most = Math.Min(limit, MostEntries);
        var response = await queues.CallAsync(
            queues.Of(function),
            url => polling.Sqs.ReceiveMessageAsync(
                new ReceiveMessageRequest(url)
                {
                    MaxNumberOfMessages = most,
                    VisibilityTimeout = WholeSeconds.Of(visibility, QueueSettler.LongestHidden),
                    WaitTimeSeconds = WholeSeconds.Of(wait, LongestPoll),
                    MessageSystemAttributeNames = SystemAttributes,
                },
                cancellationToken),
            cancellationToken);
        List<ReceivedItem> items = [];
        foreach (var message in response.Messages ?? [])
        {
            if (QueueMessage.TryRead(message.Body, out var item))
            {
                // The queue says who runs it, and where its receipt is good.
                var here = item with { Event = item.Event with { Function = function } };
                var sentAt = DateTimeOffset.FromUnixTimeMilliseconds(Number(message.Attributes, SentTimestamp));
                items.Add(new ReceivedItem(here, message.ReceiptHandle, (int)Number(message.Attributes, ReceiveCount), sentAt, TraceHeader.Read(message.Attributes.GetValueOrDefault(TraceHeader.MessageAttribute))));
            }
            else
            {
                // It becomes a dead letter by itself, where its sender can look for it.
                Log.Foreign(logger, message.MessageId, function);
            }
        }

        return (items, response.Messages?.Count == most);
    }

    private async Task<long> CountAsync(string queue, CancellationToken cancellationToken)
    {
        var response = await queues.CallAsync(queue, url => sqs.GetQueueAttributesAsync(new GetQueueAttributesRequest(url, DepthAttributes), cancellationToken), cancellationToken);
        return DepthAttributes.Sum(name => Number(response.Attributes, name));
    }

    private static long Number(Dictionary<string, string> attributes, string name) => long.Parse(attributes[name], CultureInfo.InvariantCulture);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Message {MessageId} on the queue of {Function} is not one of this product; it is left to become a dead letter")]
        public static partial void Foreign(ILogger logger, string messageId, string function);
    }
}
