using Amazon.SQS;

namespace EventTracking.Core.Backends.Aws.Queue;

/// <summary>The SQS client whose time-out allows for a long poll; the client for all other calls gives up much earlier.</summary>
internal sealed class PollingClient(IAmazonSQS sqs) : IDisposable
{
    public IAmazonSQS Sqs => sqs;

    public void Dispose() => sqs.Dispose();
}
