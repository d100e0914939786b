using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Intake;
using EventTracking.Core.Replay;
using EventTracking.Core.Resilience;

namespace EventTracking.Core.Waiting;

/// <summary>
/// Handles events that wait for an entity. It requests the import of the entity, once for all events that wait for it, and then
/// checks again whether the entity has arrived, because a release may have run just before the event was recorded as waiting.
/// </summary>
internal sealed class WaitingRoom(IEventLedger ledger, DependencyKinds kinds, EventIntake intake, Requeuer requeuer, TimeProvider time)
{
    /// <summary>All events that start to wait for an entity within this window share one import.</summary>
    public static readonly TimeSpan ImportWindow = TimeSpan.FromMinutes(10);

    private const int MaxReleases = 10;

    /// <summary>
    /// Composes the import of a dependency. Its id is derived from the dependency and the window, so that concurrent callers
    /// compose the same event and intake keeps only one.
    /// </summary>
    public Delivery ComposeImport(EntityKey dependency, EventMetadata cause, TimeSpan window)
    {
        var kind = kinds.Find(dependency.Kind) ?? throw new FunctionException(
            $"The event waits for {dependency}, but no integration registered the kind '{dependency.Kind}'. Register it with AddDependencyKind.", "waiting/unknown-kind", transient: false);
        var now = time.GetUtcNow();
        return kind.ComposeImport(dependency) with
        {
            DeliveryId = $"import/{dependency}/{(int)window.TotalMinutes}",
            TriggeredAt = new DateTimeOffset(now.Ticks - (now.Ticks % window.Ticks), TimeSpan.Zero),
            Entity = dependency,
            CausationId = cause.Id,
            CorrelationId = cause.CorrelationId,
        };
    }

    /// <summary>
    /// Fails an event that was released for an entity too often and still waits for it. Such an event needs something other than
    /// the entity and would otherwise run forever.
    /// </summary>
    /// <exception cref="FunctionException">The limit is reached: permanent.</exception>
    public static void RequireProgress(EventRecord record, EntityKey dependency)
    {
        var releases = record.History.Reverse().TakeWhile(entry => entry.Kind == HistoryEntryKind.Release).Count();
        if (releases >= MaxReleases)
        {
            throw new FunctionException($"The event was released {releases} times because {dependency} exists, but it still waits for it. Check why its function does not find the entity.", "waiting/no-progress", transient: false);
        }
    }

    /// <summary>Requests the import, and releases the event at once if the entity has arrived in the meantime.</summary>
    /// <exception cref="StoreUnavailableException">The import may not have been requested, or the event not released.</exception>
    public async Task ResolveAsync(EventMetadata waiting, EntityKey dependency, Delivery import, CancellationToken cancellationToken)
    {
        // An import that has started does not need a second work item, which a store may send for an event that it already knows.
        // An import that is still queued may have lost its item to a failed send.
        if (await ledger.FindAsync(intake.IdOf(import), cancellationToken) is null or { Status: EventStatus.Queued })
        {
            await intake.AcceptAsync(import, cancellationToken);
        }

        if (await kinds.ExistsAsync(dependency, cancellationToken))
        {
            await ReleaseAsync([waiting.Id], dependency, "waiting-room", cancellationToken);
        }
    }

    /// <summary>Queues those of the events that still wait for this entity, and returns how many it released.</summary>
    /// <param name="ids">The waiting events, in the order in which to send them.</param>
    /// <param name="dependency">The entity that has arrived.</param>
    /// <param name="by">The import's event id, or the part of the engine that noticed the arrival.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task<int> ReleaseAsync(IReadOnlyList<EventId> ids, EntityKey dependency, string by, CancellationToken cancellationToken)
    {
        var entry = new HistoryEntry(HistoryEntryKind.Release, by, time.GetUtcNow(), $"{dependency} has arrived", 0);
        var results = await requeuer.RequeueAsync([.. ids.Select(id => new Requeue(id, [EventStatus.Waiting], dependency, entry))], cancellationToken);
        return results.Count(result => result is TransitionResult.Done);
    }
}
