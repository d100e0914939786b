using System.Collections.Concurrent;
using Amazon.SQS;
using Amazon.SQS.Model;
using EventTracking.Core.Backends.Aws.Calls;
using EventTracking.Core.Backends.Aws.Provisioning;
using EventTracking.Core.Resilience;

namespace EventTracking.Core.Backends.Aws.Queue;

/// <summary>The functions' queues by name. SQS needs the address of a queue, which is looked up once.</summary>
internal sealed class FunctionQueues(IAmazonSQS sqs, AwsResources resources, TimeProvider time)
{
    // A process has a handful of functions; it needs more entries only if records name functions that no longer exist.
    private const int MaxQueuesKept = 256;

    private readonly ConcurrentDictionary<string, string> urls = new();

    public string Of(string function) => resources.QueueOf(function).Name;

    public string DeadLettersOf(string function) => resources.QueueOf(function).DeadLetters;

    /// <summary>Makes a call with the address of a queue.</summary>
    /// <exception cref="StoreUnavailableException">SQS did not respond, or the queue does not exist.</exception>
    public Task<T> CallAsync<T>(string queue, Func<string, Task<T>> call, CancellationToken cancellationToken) => CallAsync(queue, call, CallLimit.Usual, cancellationToken);

    /// <inheritdoc cref="CallAsync{T}(string, Func{string, Task{T}}, CancellationToken)"/>
    public async Task<T> CallAsync<T>(string queue, Func<string, Task<T>> call, CallLimit limit, CancellationToken cancellationToken)
    {
        var url = urls.TryGetValue(queue, out var known) ? known : await FindAsync(queue, cancellationToken);
        try
        {
            return await AwsCall.RunAsync(call(url), limit, time, cancellationToken);
        }
        catch (StoreUnavailableException exception) when (exception.InnerException is QueueDoesNotExistException)
        {
            // The queue may be created again, so the next call looks its address up again.
            urls.TryRemove(queue, out _);
            throw;
        }
    }

    private async Task<string> FindAsync(string queue, CancellationToken cancellationToken)
    {
        var found = await AwsCall.RunAsync(sqs.GetQueueUrlAsync(queue, cancellationToken), CallLimit.Usual, time, cancellationToken);
        if (urls.Count >= MaxQueuesKept)
        {
            urls.Clear();
        }

        return urls[queue] = found.QueueUrl;
    }
}
