using System.Diagnostics;

namespace EventTracking.Core.Functions;

/// <summary>
/// A call to another system that the events of a batch share. Each handler asks for its own part, as if it called alone, and waits.
/// Once all events of the batch that run wait for a shared call, the call is made for all of them at once. A handler that asks again
/// takes part in the next call. Handlers of other events never change what one asks for or gets.
/// </summary>
/// <typeparam name="TRequest">What one event asks for.</typeparam>
/// <typeparam name="TResult">What it gets.</typeparam>
/// <param name="call">
/// Makes one call for all requests, which are in the order of their events, and returns one result for each, in the same order. What
/// fails for one request alone must be a result; an exception fails every event that takes part. The token is cancelled once no event waits any more.
/// </param>
public sealed class SharedCall<TRequest, TResult>(Func<IReadOnlyList<TRequest>, CancellationToken, Task<IReadOnlyList<TResult>>> call)
{
    /// <summary>
    /// Takes part in the next call and returns this event's result. An event asks for one thing at a time. It waits for others of its
    /// batch for at most about two seconds; outside a batch, the call is made for it alone.
    /// </summary>
    /// <param name="request">What the event asks for.</param>
    /// <param name="context">The event.</param>
    /// <param name="cancellationToken">Ends the wait of this event; the others still get their results.</param>
    public async Task<TResult> RunAsync(TRequest request, EventContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.Batch is not { } batch)
        {
            return (await CallAsync([request], cancellationToken))[0];
        }

        var part = new Part(this, request, batch, context, cancellationToken);
        await using var left = cancellationToken.UnsafeRegister(static state => ((Part)state!).Leave(), part);
        batch.Join(part);
        return await part.Result;
    }

    private async Task<IReadOnlyList<TResult>> CallAsync(IReadOnlyList<TRequest> requests, CancellationToken cancellationToken)
    {
        var results = await call(requests, cancellationToken);
        return results.Count == requests.Count
            ? results
            : throw new InvalidOperationException($"A shared call returned {results.Count} results for {requests.Count} requests. It must return one for each, in their order.");
    }

    private async Task CallAsync(IReadOnlyList<Part> parts)
    {
        CallScope.Begin([.. parts.Select(part => part.Context)]);
        using var activity = EventActivity.StartShared([.. parts.Select(part => part.Trace)]);
        using var abandoned = new CancellationTokenSource();
        var waiting = parts.Count;
        List<CancellationTokenRegistration> registrations =
        [
            .. parts.Select(part => part.Token.UnsafeRegister(
                _ =>
                {
                    if (Interlocked.Decrement(ref waiting) == 0)
                    {
                        abandoned.Cancel();
                    }
                },
                null)),
        ];
        try
        {
            var results = await CallAsync([.. parts.Select(part => part.Request)], abandoned.Token);
            foreach (var (part, result) in parts.Zip(results))
            {
                part.End(result);
            }
        }
#pragma warning disable CA1031 // It is thrown to each event that waits, and becomes part of its record.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            foreach (var part in parts)
            {
                part.Fail(exception);
            }
        }
        finally
        {
            registrations.ForEach(registration => registration.Dispose());
        }
    }

    private sealed class Part(SharedCall<TRequest, TResult> call, TRequest request, BatchScope batch, EventContext context, CancellationToken token) : SharedPart(context)
    {
        private readonly TaskCompletionSource<TResult> result = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>The handler's own flow, so that what the call logs and traces belongs to this event and not to the one that joined last.</summary>
        private readonly ExecutionContext? flow = ExecutionContext.Capture();

        public TRequest Request => request;

        public CancellationToken Token => token;

        public ActivityContext Trace { get; } = Activity.Current?.Context ?? default;

        public Task<TResult> Result => result.Task;

        public override object Call => call;

        public override bool IsOver => result.Task.IsCompleted;

        public void Leave()
        {
            result.TrySetCanceled(token);
            batch.Leave(this);
        }

        public void End(TResult value) => result.TrySetResult(value);

        public void Fail(Exception exception) => result.TrySetException(exception);

        public override void Start(IReadOnlyList<SharedPart> parts)
        {
            List<Part> own = [.. parts.Cast<Part>()];
            if (flow is null)
            {
                _ = call.CallAsync(own);
            }
            else
            {
                ExecutionContext.Run(flow, _ => _ = call.CallAsync(own), null);
            }
        }
    }
}
