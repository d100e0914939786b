using Amazon.SQS;

namespace EventTracking.Core.Backends.Aws.Queue;

/// <summary>The client of SQS that waits as long as a poll may take; that of all other calls gives up much earlier.</summary>
internal sealed class PollingClient(IAmazonSQS sqs) : IDisposable
{
    public IAmazonSQS Sqs => sqs;

    public void Dispose() => sqs.Dispose();
}
