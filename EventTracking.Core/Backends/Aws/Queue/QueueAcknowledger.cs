using System.Globalization;
using Amazon.SQS;
using Amazon.SQS.Model;
using EventTracking.Core.Backends.Aws.Calls;
using EventTracking.Core.Queue;
using EventTracking.Core.Resilience;

namespace EventTracking.Core.Backends.Aws.Queue;

/// <summary>
/// Deletes and releases received messages, ten per call. A receipt is void once another receive has returned the message,
/// and SQS reports that for some of its calls; either way there is nothing left to acknowledge.
/// </summary>
internal sealed class QueueAcknowledger(IAmazonSQS sqs, FunctionQueues queues)
{
    /// <summary>SQS hides a message for at most 12 hours after its receive; one of them is reserved for running it.</summary>
    public static readonly TimeSpan MaxVisibility = TimeSpan.FromHours(11);

    private const int MaxEntries = 10;

    public Task DeleteAsync(IReadOnlyList<ReceivedItem> items, CancellationToken cancellationToken) => DeleteAsync(items, queues.Of, cancellationToken);

    public Task DeleteDeadLettersAsync(IReadOnlyList<ReceivedItem> items, CancellationToken cancellationToken) => DeleteAsync(items, queues.DeadLettersOf, cancellationToken);

    public Task DeferAsync(IReadOnlyList<Deferral> deferrals, CancellationToken cancellationToken) =>
        InBatchesAsync(deferrals, deferral => queues.Of(deferral.Item.Item.Event.Function), async (url, batch) =>
        {
            List<ChangeMessageVisibilityBatchRequestEntry> entries =
            [
                .. batch.Select((deferral, index) => new ChangeMessageVisibilityBatchRequestEntry(Id(index), deferral.Item.Receipt)
                {
                    VisibilityTimeout = WholeSeconds.Of(deferral.Delay, MaxVisibility),
                }),
            ];
            return (await sqs.ChangeMessageVisibilityBatchAsync(new ChangeMessageVisibilityBatchRequest(url, entries), cancellationToken)).Failed;
        }, cancellationToken);

    private static string Id(int index) => index.ToString(CultureInfo.InvariantCulture);

    private Task DeleteAsync(IReadOnlyList<ReceivedItem> items, Func<string, string> queueOf, CancellationToken cancellationToken) =>
        InBatchesAsync(items, item => queueOf(item.Item.Event.Function), async (url, batch) =>
        {
            List<DeleteMessageBatchRequestEntry> entries = [.. batch.Select((item, index) => new DeleteMessageBatchRequestEntry(Id(index), item.Receipt))];
            return (await sqs.DeleteMessageBatchAsync(new DeleteMessageBatchRequest(url, entries), cancellationToken)).Failed;
        }, cancellationToken);

    private Task InBatchesAsync<T>(IReadOnlyList<T> items, Func<T, string> queueOf, Func<string, T[], Task<List<BatchResultErrorEntry>?>> call, CancellationToken cancellationToken) =>
        Task.WhenAll(items.GroupBy(queueOf).SelectMany(group => group.Chunk(MaxEntries).Select(batch => RunAsync(group.Key, batch, call, cancellationToken))));

    private async Task RunAsync<T>(string queue, T[] batch, Func<string, T[], Task<List<BatchResultErrorEntry>?>> call, CancellationToken cancellationToken)
    {
        var failed = await CallAsync(queue, batch, call, cancellationToken);
        if (failed.Count == 0)
        {
            return;
        }

        // Try once more. A message that still remains becomes visible again later, and its claim then finds nothing to run.
        T[] rest = [.. failed.Select(entry => batch[int.Parse(entry.Id, CultureInfo.InvariantCulture)])];
        failed = await CallAsync(queue, rest, call, cancellationToken);
        if (failed.Count > 0)
        {
            throw new StoreUnavailableException($"SQS did not acknowledge {failed.Count} messages on {queue}: {failed[0].Code} {failed[0].Message}");
        }
    }

    private async Task<List<BatchResultErrorEntry>> CallAsync<T>(string queue, T[] batch, Func<string, T[], Task<List<BatchResultErrorEntry>?>> call, CancellationToken cancellationToken)
    {
        var failed = await queues.CallAsync(queue, url => call(url, batch), cancellationToken);
        return failed is null ? [] : failed.FindAll(entry => !IsVoid(entry));
    }

    // A sender fault about a receipt that SQS itself issued means that the receipt was replaced or the message is gone.
    private static bool IsVoid(BatchResultErrorEntry entry) => entry.SenderFault == true && !AwsCall.IsThrottling(entry.Code);
}
