using System.Collections.Concurrent;
using Amazon.SQS;
using Amazon.SQS.Model;
using EventTracking.Core.Backends.Aws.Calls;
using EventTracking.Core.Backends.Aws.Provisioning;
using EventTracking.Core.Resilience;

namespace EventTracking.Core.Backends.Aws.Queue;

/// <summary>The functions' queues by name; SQS wants the address of one, which is asked for once.</summary>
internal sealed class FunctionQueues(IAmazonSQS sqs, AwsResources resources, TimeProvider time)
{
    // A process has a handful of functions; more only where records name some that are no longer there.
    private const int MaxQueuesKept = 256;

    private readonly ConcurrentDictionary<string, string> urls = new();

    public string Of(string function) => resources.QueueOf(function).Name;

    public string DeadLettersOf(string function) => resources.QueueOf(function).DeadLetters;

    /// <summary>A call to a queue, which is given its address.</summary>
    /// <exception cref="StoreUnavailableException">SQS did not answer, or there is no such queue.</exception>
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
            // It may be made anew; the next call asks again.
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
