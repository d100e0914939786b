using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Intake;
using EventTracking.Core.Replay;
using EventTracking.Core.Resilience;

namespace EventTracking.Core.Waiting;

/// <summary>
/// Looks after an event that waits for an entity: has the entity imported, once however many wait for it, and looks once more
/// whether it came meanwhile, since a release may have passed just before the event was seen waiting.
/// </summary>
internal sealed class WaitingRoom(IEventLedger ledger, DependencyKinds kinds, EventIntake intake, Requeuer requeuer, TimeProvider time)
{
    /// <summary>Within this window all that wait for an entity share one import.</summary>
    public static readonly TimeSpan ImportWindow = TimeSpan.FromMinutes(10);

    private const int MaxReleases = 10;

    /// <summary>
    /// The import of a dependency. Its id follows from the dependency and the window, so that concurrent callers compose the
    /// same event and intake keeps one.
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
    /// An event that was released for an entity again and again and still waits for it wants something else than the entity's
    /// presence: it would run for ever.
    /// </summary>
    /// <exception cref="FunctionException">The bound is reached: permanent.</exception>
    public static void RequireProgress(EventRecord record, EntityKey dependency)
    {
        var releases = record.History.Reverse().TakeWhile(entry => entry.Kind == HistoryEntryKind.Release).Count();
        if (releases >= MaxReleases)
        {
            throw new FunctionException($"Released {releases} times, since {dependency} is there, and still waits for it.", "waiting/no-progress", transient: false);
        }
    }

    /// <exception cref="StoreUnavailableException">The import may not have been asked for, or the event not released.</exception>
    public async Task ResolveAsync(EventMetadata waiting, EntityKey dependency, Delivery import, CancellationToken cancellationToken)
    {
        // One that has begun needs no second item, which a store may send for an event that it knows. One that has not may
        // have lost its item to a failed send.
        if (await ledger.FindAsync(intake.IdOf(import), cancellationToken) is null or { Status: EventStatus.Queued })
        {
            await intake.AcceptAsync(import, cancellationToken);
        }

        if (await kinds.ExistsAsync(dependency, cancellationToken))
        {
            await ReleaseAsync([waiting.Id], dependency, "waiting-room", cancellationToken);
        }
    }

    /// <summary>Sends those of the events again that still wait for this entity; how many were.</summary>
    /// <param name="ids">The waiting events, in the order in which they are to be sent.</param>
    /// <param name="dependency">What has arrived.</param>
    /// <param name="by">What released them: the import's event id, or the part of the engine that noticed.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<int> ReleaseAsync(IReadOnlyList<EventId> ids, EntityKey dependency, string by, CancellationToken cancellationToken)
    {
        var entry = new HistoryEntry(HistoryEntryKind.Release, by, time.GetUtcNow(), $"{dependency} has arrived", 0);
        var results = await requeuer.RequeueAsync([.. ids.Select(id => new Requeue(id, [EventStatus.Waiting], dependency, entry))], cancellationToken);
        return results.Count(result => result is TransitionResult.Done);
    }
}
