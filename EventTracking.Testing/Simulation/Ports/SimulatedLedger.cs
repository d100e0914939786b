using System.Collections.Concurrent;
using EventTracking.Core.Events;

namespace EventTracking.Testing.Simulation.Ports;

/// <summary>The ledger at the other end of a network.</summary>
internal sealed class SimulatedLedger(IEventLedger ledger, StoreCalls calls, SimulatedProcess process, Witness witness) : IEventLedger
{
    private readonly ConcurrentDictionary<(EventId, DateTimeOffset), long> begun = [];

    public Task<EventRecord?> FindAsync(EventId id, CancellationToken cancellationToken) =>
        calls.AskAsync(process, $"ledger.find {id}", () => ledger.FindAsync(id, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<EventRecord>> FindAsync(IReadOnlyCollection<EventId> ids, CancellationToken cancellationToken) =>
        calls.AskAsync(process, $"ledger.find {ids.Count}", () => ledger.FindAsync(ids, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<EventSummary>> ListLaterAsync(IReadOnlyCollection<LaterQuery> entities, CancellationToken cancellationToken) =>
        calls.AskAsync(process, $"ledger.list-later {entities.Count}", () => ledger.ListLaterAsync(entities, cancellationToken), cancellationToken);

    public Task<ClaimResult> ClaimAsync(Claim claim, CancellationToken cancellationToken)
    {
        // The time of an attempt that takes over began with the claim that was refused before.
        var started = begun.GetOrAdd((claim.Event.Id, claim.Now), _ => process.Clock.GetTimestamp());
        return calls.AskAsync(
            process,
            $"ledger.claim {claim.Event.Id}",
            async () => witness.SeeClaim(process, started, await ledger.ClaimAsync(claim, cancellationToken)),
            cancellationToken);
    }

    public Task<bool> CheckpointAsync(EventId id, int attempt, IReadOnlyList<Step> steps, CancellationToken cancellationToken) =>
        calls.AskAsync(process, $"ledger.checkpoint {id}/{attempt}", () => ledger.CheckpointAsync(id, attempt, steps, cancellationToken), cancellationToken);

    public Task<bool> CompleteAsync(Completion completion, CancellationToken cancellationToken) => calls.AskAsync(
        process,
        $"ledger.complete {completion.Id}/{completion.Attempt.Number} {completion.Status}",
        async () => witness.SeeCompletion(completion, await ledger.CompleteAsync(completion, cancellationToken)),
        cancellationToken);

    public Task<TransitionResult> RequeueAsync(Requeue requeue, CancellationToken cancellationToken) =>
        calls.AskAsync(process, $"ledger.requeue {requeue.Id} {requeue.HistoryEntry.Kind}", async () => witness.SeeRequeue(requeue, await ledger.RequeueAsync(requeue, cancellationToken)), cancellationToken);

    public Task<TransitionResult> CloseAsync(CloseRequest request, CancellationToken cancellationToken) =>
        calls.AskAsync(process, $"ledger.close {request.Id} {request.Status}", () => ledger.CloseAsync(request, cancellationToken), cancellationToken);

    public Task<bool> AddEditedReplayAsync(EventId id, EventId edited, CancellationToken cancellationToken) =>
        calls.AskAsync(process, $"ledger.add-edited-replay {id}", () => ledger.AddEditedReplayAsync(id, edited, cancellationToken), cancellationToken);

    public Task<EventPage> ListAsync(EventQuery query, CancellationToken cancellationToken) =>
        calls.AskAsync(process, $"ledger.list {query.Status} {query.InFlight} {query.Before}", () => ledger.ListAsync(query, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<EventId>> ListWaitingAsync(EntityKey dependency, EventId? after, int limit, CancellationToken cancellationToken) =>
        calls.AskAsync(process, $"ledger.list-waiting {dependency} {after}", () => ledger.ListWaitingAsync(dependency, after, limit, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<EventSummary>> ListRequeuedAsync(EventId? after, int limit, CancellationToken cancellationToken) =>
        calls.AskAsync(process, $"ledger.list-requeued {after}", () => ledger.ListRequeuedAsync(after, limit, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<EventSummary>> ListLateAsync(EventId? after, int limit, CancellationToken cancellationToken) =>
        calls.AskAsync(process, $"ledger.list-late {after}", () => ledger.ListLateAsync(after, limit, cancellationToken), cancellationToken);

    public Task<bool> MarkLateAsync(EventId id, CancellationToken cancellationToken) =>
        calls.AskAsync(process, $"ledger.mark-late {id}", () => ledger.MarkLateAsync(id, cancellationToken), cancellationToken);
}
