using System.Globalization;
using Amazon.SQS.Model;
using EventTracking.Core.Backends.Aws.Calls;
using EventTracking.Core.Observability;
using EventTracking.Core.Queue;

namespace EventTracking.Core.Backends.Aws.Queue;

/// <summary>Receives work items, at most ten per call.</summary>
internal sealed class QueueReceiver(PollingClient polling, FunctionQueues queues)
{
    private const int MaxEntries = 10;
    private const string ReceiveCount = "ApproximateReceiveCount";
    private const string SentTimestamp = "SentTimestamp";

    private static readonly long LatestSent = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    private static readonly TimeSpan MaxPoll = TimeSpan.FromSeconds(20);

    private static readonly List<string> SystemAttributes = [ReceiveCount, SentTimestamp, TraceHeader.MessageAttribute];

    /// <summary>Makes one receive call.</summary>
    /// <param name="queue">The function's queue or its dead-letter queue.</param>
    /// <param name="function">The function that the queue belongs to.</param>
    /// <param name="limit">Maximum number of items.</param>
    /// <param name="visibility">How long the items stay hidden from other receivers.</param>
    /// <param name="wait">How long to wait for the first item.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task<Received> ReceiveAsync(string queue, string function, int limit, TimeSpan visibility, TimeSpan wait, CancellationToken cancellationToken)
    {
        var most = Math.Min(limit, MaxEntries);
        var response = await queues.CallAsync(
            queue,
            url => polling.Sqs.ReceiveMessageAsync(
                new ReceiveMessageRequest(url)
                {
                    MaxNumberOfMessages = most,
                    VisibilityTimeout = WholeSeconds.Of(visibility, QueueAcknowledger.MaxVisibility),
                    WaitTimeSeconds = WholeSeconds.Of(wait, MaxPoll),
                    MessageSystemAttributeNames = SystemAttributes,
                },
                cancellationToken),
            CallLimit.LongPoll,
            cancellationToken);
        List<ReceivedItem> items = [];
        List<string> foreign = [];
        List<ReceivedItem> newer = [];
        foreach (var message in response.Messages ?? [])
        {
            // A message that cannot be read stays alone.
            if (Find(message.Attributes, ReceiveCount, int.MaxValue) is { } count && Find(message.Attributes, SentTimestamp, LatestSent) is { } sent)
            {
                var sentAt = DateTimeOffset.FromUnixTimeMilliseconds(sent);
                var trace = message.Attributes?.GetValueOrDefault(TraceHeader.MessageAttribute);
                if (QueueMessage.Receive(message.Body, function, message.ReceiptHandle, (int)count, sentAt, trace) is { } item)
                {
                    items.Add(item);
                    continue;
                }

                if (QueueMessage.IsNewer(message.Body))
                {
                    newer.Add(QueueMessage.ReceiveNewer(message.Body, function, message.ReceiptHandle, (int)count, sentAt, trace));
                    continue;
                }
            }

            foreign.Add(message.MessageId);
        }

        return new Received(items, foreign, newer, response.Messages?.Count == most);
    }

    private static long? Find(Dictionary<string, string>? attributes, string name, long max) =>
        long.TryParse(attributes?.GetValueOrDefault(name), CultureInfo.InvariantCulture, out var number) && number >= 0 && number <= max ? number : null;
}

/// <summary>The result of one call.</summary>
/// <param name="Items">The work items.</param>
/// <param name="Foreign">Ids of messages that are not the product's own.</param>
/// <param name="Newer">Messages that only a newer version of the product can read.</param>
/// <param name="Full">Whether it returned as many as requested, so that there may be more.</param>
internal readonly record struct Received(List<ReceivedItem> Items, IReadOnlyList<string> Foreign, IReadOnlyList<ReceivedItem> Newer, bool Full);
