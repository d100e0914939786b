using System.Globalization;
using Amazon.SQS.Model;
using EventTracking.Core.Backends.Aws.Calls;
using EventTracking.Core.Observability;
using EventTracking.Core.Queue;

namespace EventTracking.Core.Backends.Aws.Queue;

/// <summary>Receives work items, ten at most with one call.</summary>
internal sealed class QueueReceiver(PollingClient polling, FunctionQueues queues)
{
    private const int MaxEntries = 10;
    private const string ReceiveCount = "ApproximateReceiveCount";
    private const string SentTimestamp = "SentTimestamp";

    private static readonly TimeSpan MaxPoll = TimeSpan.FromSeconds(20);

    private static readonly List<string> SystemAttributes = [ReceiveCount, SentTimestamp, TraceHeader.MessageAttribute];

    /// <summary>What one call gives.</summary>
    /// <param name="queue">The queue, or that of the dead letters.</param>
    /// <param name="function">The function whose queue it is.</param>
    /// <param name="limit">How many are wanted.</param>
    /// <param name="visibility">How long they are hidden.</param>
    /// <param name="wait">How long to wait for the first one.</param>
    /// <param name="cancellationToken">Ends the call.</param>
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
        foreach (var message in response.Messages ?? [])
        {
            var sentAt = DateTimeOffset.FromUnixTimeMilliseconds(Number(message.Attributes, SentTimestamp));
            var trace = message.Attributes.GetValueOrDefault(TraceHeader.MessageAttribute);
            if (QueueMessage.Receive(message.Body, function, message.ReceiptHandle, (int)Number(message.Attributes, ReceiveCount), sentAt, trace) is { } item)
            {
                items.Add(item);
            }
            else
            {
                foreign.Add(message.MessageId);
            }
        }

        return new Received(items, foreign, response.Messages?.Count == most);
    }

    private static long Number(Dictionary<string, string> attributes, string name) => long.Parse(attributes[name], CultureInfo.InvariantCulture);
}

/// <summary>What one call received.</summary>
/// <param name="Items">The work items.</param>
/// <param name="Foreign">Ids of messages that are not the product's own.</param>
/// <param name="Full">It gave as many as it was asked for, so there may be more.</param>
internal readonly record struct Received(List<ReceivedItem> Items, IReadOnlyList<string> Foreign, bool Full);
