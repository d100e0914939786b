using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Amazon.SQS;
using Amazon.SQS.Model;
using EventTracking.Core.Backends.Aws.Tables;
using EventTracking.Core.Observability;
using EventTracking.Core.Payloads;
using EventTracking.Core.Queue;

namespace EventTracking.Core.Backends.Aws.Queue;

/// <summary>Sends work items in as few requests as their number and their size allow.</summary>
internal sealed class QueueSender(IAmazonSQS sqs, FunctionQueues queues, HeavyPayloads heavyPayloads, TimeProvider timeProvider)
{
    private const int MostEntries = 10;
    private const int MostBytes = 1024 * 1024;
    private const int MostTries = 3;
    private const int RequestsAtOnce = 8;

    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);

    public async Task SendAsync(IReadOnlyList<WorkItem> items, TimeSpan delay, CancellationToken cancellationToken)
    {
        var light = await heavyPayloads.ArchiveAsync(items, cancellationToken);
        var options = new ParallelOptions { MaxDegreeOfParallelism = RequestsAtOnce, CancellationToken = cancellationToken };

        // Messages are written while they are packed, so of many items only those on their way are in memory twice.
        var batches = light.GroupBy(item => item.Event.Function).SelectMany(group => Pack(group, delay).Select(entries => (Function: group.Key, Entries: entries)));
        await Parallel.ForEachAsync(batches, options, async (batch, token) => await SendAsync(batch.Function, batch.Entries, token));
    }

    private static IEnumerable<List<SendMessageBatchRequestEntry>> Pack(IEnumerable<WorkItem> items, TimeSpan delay)
    {
        var seconds = WholeSeconds.Of(delay, LongestDelay);
        var attributes = Attributes(TraceHeader.Current);
        List<SendMessageBatchRequestEntry> entries = [];
        var bytes = 0;
        foreach (var item in items)
        {
            var body = QueueMessage.Write(item);
            var size = Encoding.UTF8.GetByteCount(body);
            if (entries.Count == MostEntries || (entries.Count > 0 && bytes + size > MostBytes))
            {
                yield return entries;
                entries = [];
                bytes = 0;
            }

            entries.Add(new SendMessageBatchRequestEntry(entries.Count.ToString(CultureInfo.InvariantCulture), body) { DelaySeconds = seconds, MessageSystemAttributes = attributes });
            bytes += size;
        }

        if (entries.Count > 0)
        {
            yield return entries;
        }
    }

    /// <summary>By these the receiver carries on the sender's trace.</summary>
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

            if (tries == MostTries)
            {
                throw new StoreUnavailableException($"SQS did not take {failed.Count} of the messages for {function}: {failed[0].Code} {failed[0].Message}");
            }

            // Only those: what was taken would come twice.
            entries = [.. entries.Where(entry => failed.Exists(refused => refused.Id == entry.Id))];
            await Task.Delay(Jitter(FirstPause * (1 << tries)), timeProvider, cancellationToken);
        }
    }

    // So that many who were refused at once do not come back at once.
    private static TimeSpan Jitter(TimeSpan longest) =>
        longest * (RandomNumberGenerator.GetInt32(1, 1001) / 1000.0);
}
