using System.Collections.Concurrent;
using System.Diagnostics;
using EventTracking.Core.Events;

namespace EventTracking.Benchmarks.Pipeline;

/// <summary>Wraps the product's ledger and records when the final state of an event becomes durable.</summary>
internal sealed class FinalLedger(IEventLedger inner, FinalTimes times) : IEventLedger
{
    public async Task<bool> CompleteAsync(Completion completion, CancellationToken cancellationToken)
    {
        var done = await inner.CompleteAsync(completion, cancellationToken);
        if (done && completion.Status.IsFinal())
        {
            times.Ended(completion.Id);
        }

        return done;
    }

    public Task<ClaimResult> ClaimAsync(Claim claim, CancellationToken cancellationToken) => inner.ClaimAsync(claim, cancellationToken);

    public Task<bool> CheckpointAsync(EventId id, int attempt, IReadOnlyList<Step> steps, CancellationToken cancellationToken) => inner.CheckpointAsync(id, attempt, steps, cancellationToken);

    public Task<EventRecord?> FindAsync(EventId id, CancellationToken cancellationToken) => inner.FindAsync(id, cancellationToken);

    public Task<IReadOnlyList<EventRecord>> FindAsync(IReadOnlyCollection<EventId> ids, CancellationToken cancellationToken) => inner.FindAsync(ids, cancellationToken);

    public Task<IReadOnlyList<EventSummary>> ListLaterAsync(IReadOnlyCollection<LaterQuery> entities, CancellationToken cancellationToken) => inner.ListLaterAsync(entities, cancellationToken);

    public Task<TransitionResult> RequeueAsync(Requeue requeue, CancellationToken cancellationToken) => inner.RequeueAsync(requeue, cancellationToken);

    public Task<TransitionResult> CloseAsync(CloseRequest request, CancellationToken cancellationToken) => inner.CloseAsync(request, cancellationToken);

    public Task<bool> AddEditedReplayAsync(EventId id, EventId edited, CancellationToken cancellationToken) => inner.AddEditedReplayAsync(id, edited, cancellationToken);

    public Task<bool> MarkLateAsync(EventId id, CancellationToken cancellationToken) => inner.MarkLateAsync(id, cancellationToken);

    public Task<EventPage> ListAsync(EventQuery query, CancellationToken cancellationToken) => inner.ListAsync(query, cancellationToken);

    public Task<IReadOnlyList<EventId>> ListWaitingAsync(EntityKey dependency, EventId? after, int limit, CancellationToken cancellationToken) => inner.ListWaitingAsync(dependency, after, limit, cancellationToken);

    public Task<IReadOnlyList<EventSummary>> ListRequeuedAsync(EventId? after, int limit, CancellationToken cancellationToken) => inner.ListRequeuedAsync(after, limit, cancellationToken);

    public Task<IReadOnlyList<EventSummary>> ListLateAsync(EventId? after, int limit, CancellationToken cancellationToken) => inner.ListLateAsync(after, limit, cancellationToken);
}

/// <summary>The events in flight, and how long each took from its receipt to its final state.</summary>
internal sealed class FinalTimes(int events, int inFlight) : IDisposable
{
    private readonly ConcurrentDictionary<EventId, long> started = new();
    private readonly SemaphoreSlim room = new(inFlight);
    private readonly TaskCompletionSource all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long[] latencies = new long[events];
    private int ended;

    public int Count => Volatile.Read(ref ended);

    /// <summary>Completes with the last event.</summary>
    public Task All => all.Task;

    public long[] Latencies => latencies;

    public Task EnterAsync() => room.WaitAsync();

    public void Received(EventId id, long at) => started[id] = at;

    public void Ended(EventId id)
    {
        var now = Stopwatch.GetTimestamp();
        if (!started.TryRemove(id, out var at))
        {
            return;
        }

        room.Release();
        var count = Interlocked.Increment(ref ended);
        latencies[count - 1] = now - at;
        if (count == latencies.Length)
        {
            all.SetResult();
        }
    }

    public void Dispose() => room.Dispose();
}
