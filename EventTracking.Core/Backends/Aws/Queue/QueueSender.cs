using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Amazon.SQS;
using Amazon.SQS.Model;
using EventTracking.Core.Observability;
using EventTracking.Core.Queue;
using EventTracking.Core.Resilience;

namespace EventTracking.Core.Backends.Aws.Queue;

/// <summary>Sends work items in as few requests as their number and size allow.</summary>
internal sealed class QueueSender(IAmazonSQS sqs, FunctionQueues queues, HeavyPayloads heavyPayloads, TimeProvider timeProvider)
{
    private const int MaxEntries = 10;
    private const int MaxBytes = 1024 * 1024;
    private const int MaxTries = 3;
    private const int RequestsAtOnce = 8;

    private static readonly TimeSpan MaxDelay = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);

    public async Task SendAsync(IReadOnlyList<WorkItem> items, TimeSpan delay, CancellationToken cancellationToken) =>
        await SendAsync(await heavyPayloads.ArchiveAsync(items, cancellationToken), delay, cancellationToken);

    /// <summary>Sends received items once more as they are, each in its trace.</summary>
    public Task SendAnewAsync(IReadOnlyList<ReceivedItem> items, TimeSpan delay, CancellationToken cancellationToken) =>
        SendAsync([.. items.Select(item => new OutgoingItem(item.Item, item.Message) { Trace = item.Trace })], delay, cancellationToken);

    public async Task SendAsync(IReadOnlyList<OutgoingItem> items, TimeSpan delay, CancellationToken cancellationToken)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = RequestsAtOnce, CancellationToken = cancellationToken };

        // Compose messages while packing, so that of many small items only those being sent are in memory twice.
        var batches = items.GroupBy(outgoing => outgoing.Item.Event.Function).SelectMany(group => Pack(group, delay).Select(entries => (Function: group.Key, Entries: entries)));
        await Parallel.ForEachAsync(batches, options, async (batch, token) => await SendAsync(batch.Function, batch.Entries, token));
    }

    private static IEnumerable<List<SendMessageBatchRequestEntry>> Pack(IEnumerable<OutgoingItem> items, TimeSpan delay)
    {
        var seconds = WholeSeconds.Of(delay, MaxDelay);
        var current = Attributes(TraceHeader.Current);
        List<SendMessageBatchRequestEntry> entries = [];
        var bytes = 0;
        foreach (var item in items)
        {
            var body = item.Compose();
            var size = Encoding.UTF8.GetByteCount(body);
            if (entries.Count == MaxEntries || (entries.Count > 0 && bytes + size > MaxBytes))
            {
                yield return entries;
                entries = [];
                bytes = 0;
            }

            var attributes = item.Trace == default ? current : Attributes(TraceHeader.Write(item.Trace));
            entries.Add(new SendMessageBatchRequestEntry(entries.Count.ToString(CultureInfo.InvariantCulture), body) { DelaySeconds = seconds, MessageSystemAttributes = attributes });
            bytes += size;
        }

        if (entries.Count > 0)
        {
            yield return entries;
        }
    }

    /// <summary>Attributes that let the receiver continue the sender's trace.</summary>
    private static Dictionary<string, MessageSystemAttributeValue>? Attributes(string? trace) =>
        trace is null ? null : new() { [TraceHeader.MessageAttribute] = new MessageSystemAttributeValue { DataType = "String", StringValue = trace } };

    private async Task SendAsync(string function, List<SendMessageBatchRequestEntry> entries, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            var sending = entries;
            var response = await queues.CallAsync(queues.Of(function), url => sqs.SendMessageBatchAsync(new SendMessageBatchRequest(url, sending), cancellationToken), cancellationToken);
            if (response.Failed is not { Count: > 0 } failed)
            {
                return;
            }

            if (tries == MaxTries)
            {
                throw new StoreUnavailableException($"SQS rejected {failed.Count} messages for {function}: {failed[0].Code} {failed[0].Message}");
            }

            // Send only the failed ones again, because those that SQS accepted would arrive twice.
            entries = [.. entries.Where(entry => failed.Exists(refused => refused.Id == entry.Id))];
            await Task.Delay(Jitter(FirstPause * (1 << tries)), timeProvider, cancellationToken);
        }
    }

    // Jitter keeps many senders that were rejected at once from returning at once.
    private static TimeSpan Jitter(TimeSpan longest) =>
        longest * (RandomNumberGenerator.GetInt32(1, 1001) / 1000.0);
}
