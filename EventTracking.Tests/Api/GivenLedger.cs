using EventTracking.Core.Events;

namespace EventTracking.Tests.Api;

/// <summary>A ledger that holds what a test gave it, for how records are shown and how faults are told.</summary>
internal sealed class GivenLedger(params EventRecord[] records) : IEventLedger
{
    public EventPage Page { get; init; } = new([], null);

    public Exception? Fault { get; init; }

    public Task? Before { get; init; }

    public EventQuery? LastQuery { get; private set; }

    public async Task<EventRecord?> FindAsync(EventId id, CancellationToken cancellationToken)
    {
        await (Before ?? Task.CompletedTask);
        return Fault is null ? Array.Find(records, record => record.Id == id) : throw Fault;
    }

    public Task<EventPage> ListAsync(EventQuery query, CancellationToken cancellationToken)
    {
        LastQuery = query;
        return Fault is null ? Task.FromResult(Page) : throw Fault;
    }

    public Task<ClaimResult> ClaimAsync(Claim claim, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> CheckpointAsync(EventId id, int attempt, IReadOnlyList<Step> steps, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> CompleteAsync(Completion completion, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<TransitionResult> RequeueAsync(Requeue requeue, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<TransitionResult> CloseAsync(Closure closure, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<EventId>> ListWaitingAsync(EntityKey dependency, EventId? after, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<EventSummary>> ListRequeuedAsync(EventId? after, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();
}
