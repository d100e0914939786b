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
internal sealed class WaitingRoom(IEventLedger ledger, DependencyKinds kinds, EventIntake intake, Requeuer requeuer, ImportMarks marks, TimeProvider time)
{
    /// <summary>An import's id has the start of such a window as its time, so that callers who request it for the first time compose the same event.</summary>
    public static readonly TimeSpan ImportWindow = TimeSpan.FromMinutes(10);

    private const int MaxReleases = 10;
    private const int PageSize = 200;
    private const int MaxDoublings = 10;
    private const int MaxRunsAtOnce = 3;
    private const int MaxRounds = 30;

    /// <summary>How often an import runs again before another event takes its place, whose record is short again.</summary>
    private const int MaxRunsOfOne = 20;

    /// <summary>How often an event that begins to wait has a failed import run again. One that was ignored rests for as long as its kind says.</summary>
    private static readonly TimeSpan FailedRest = TimeSpan.FromMinutes(1);

    /// <summary>How seldom the sweeper has an import run again while something waits for it. At first it does so more often.</summary>
    private static readonly TimeSpan SweptRest = TimeSpan.FromHours(6);

    /// <summary>An import that was marked and is not stored after this time was never requested, or its record has expired.</summary>
    private static readonly TimeSpan Unrequested = 2 * ImportWindow;

    /// <summary>An import that has been queued for this long may have lost its work item to a failed send.</summary>
    private static readonly TimeSpan Lost = TimeSpan.FromMinutes(5);

    private static readonly EventStatus[] Ended = [EventStatus.Succeeded, EventStatus.Superseded, EventStatus.Ignored, EventStatus.Failed];

    /// <summary>
    /// Composes the import of a dependency that was never imported before. Its id is derived from the dependency and the current window,
    /// so that concurrent callers compose the same event and intake keeps only one.
    /// </summary>
    public Delivery ComposeImport(EntityKey dependency, EventMetadata cause) => ComposeImport(dependency, cause, CurrentWindow());

    /// <summary>
    /// Returns the import of a dependency that all who wait for it share: the last one, which may be under way or run again, or another
    /// that takes its place. There is never a second one beside one that is queued, running or retried.
    /// </summary>
    /// <exception cref="StoreUnavailableException">A store did not respond.</exception>
    public async Task<Delivery> ReserveImportAsync(EntityKey dependency, EventMetadata cause, CancellationToken cancellationToken)
    {
        for (var round = 0; round < MaxRounds; round++)
        {
            var mark = await marks.FindAsync(dependency, cancellationToken);
            var now = CurrentWindow();
            if (mark is not null)
            {
                var last = ComposeImport(dependency, cause, WindowOf(mark.Value));
                if (WindowOf(mark.Value) == now || !IsToBeReplaced(await ledger.FindAsync(intake.IdOf(last), cancellationToken), now - WindowOf(mark.Value)))
                {
                    return last;
                }
            }

            var next = ComposeImport(dependency, cause, now);
            if (await marks.TryMoveAsync(dependency, now, mark, cancellationToken))
            {
                return next;
            }
        }

        throw new StoreUnavailableException($"The import of {dependency} could not be agreed on in {MaxRounds} rounds, because other hosts requested it each time.");
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

    /// <summary>
    /// Requests the import, and releases the event at once if the entity has arrived in the meantime. An import that has ended
    /// without the entity being there now runs again: it may have failed because of something that has been put right since, or the
    /// entity may have been removed again.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The import may not have been requested, or the event not released.</exception>
    public async Task ResolveAsync(EventMetadata waiting, EntityKey dependency, Delivery import, CancellationToken cancellationToken)
    {
        // An import that has started does not need a second work item, which a store may send for an event that it already knows.
        // An import that is still queued may have lost its item to a failed send.
        switch (await ledger.FindAsync(intake.IdOf(import), cancellationToken))
        {
            case null or { Status: EventStatus.Queued }:
                await intake.AcceptAsync(import, cancellationToken);
                break;
            case { } ended when Ended.Contains(ended.Status) && !RestsAfterFailure(ended) && !await kinds.ExistsAsync(dependency, cancellationToken):
                await RunAgainAsync(ended, "waiting-room", NotThere(dependency), cancellationToken);
                break;
        }

        if (await kinds.ExistsAsync(dependency, cancellationToken))
        {
            await ReleaseAsync([waiting.Id], dependency, "waiting-room", ReleaseReason.Of(dependency), cancellationToken);
        }
    }

    /// <summary>
    /// Looks whether anything waits for the entity whose import has ended. An event that began to wait while the import was running
    /// left the rest to it. The import's release may have missed it, because the list lagged, so this look comes after the lag; and the
    /// entity may have been removed again after the import had brought it. The import then runs again, a few times at once and later
    /// with the sweeper. Other events are ignored.
    /// </summary>
    /// <param name="ended">The event that has ended.</param>
    /// <param name="deadline">Without time until then, the look is left to the sweeper.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="StoreUnavailableException">The sweeper does the same.</exception>
    public async Task EndImportAsync(EventMetadata ended, Deadline deadline, CancellationToken cancellationToken)
    {
        if (ended.Entity is not { } dependency || !IsImport(ended))
        {
            return;
        }

        // What waits is left to the import that has taken the place of this one.
        if (await marks.FindAsync(dependency, cancellationToken) is { } mark && WindowOf(mark.Value) != ended.Id.Time)
        {
            return;
        }

        if (ledger.ListingLag > TimeSpan.Zero && ledger.ListingLag < deadline.Left)
        {
            await Task.Delay(ledger.ListingLag, time, cancellationToken);
        }

        if (await ledger.ListWaitingAsync(dependency, null, 1, cancellationToken) is not { Count: > 0 })
        {
            return;
        }

        if (await kinds.ExistsAsync(dependency, cancellationToken))
        {
            await ReleaseAllAsync(dependency, ended.Id.ToString(), ReleaseReason.Of(dependency), cancellationToken);
        }
        else if (await ledger.FindAsync(ended.Id, cancellationToken) is { } import && import.History.Count < MaxRunsAtOnce)
        {
            await RunAgainAsync(import, "waiting-room", NotThere(dependency), cancellationToken);
        }
    }

    /// <summary>
    /// Requests the import of an event that waits and whose entity is not there: sends it again if its work item was lost, and has it
    /// run again if it ended before the event began to wait or long ago. After a failure, "long" is as long as the event had waited by
    /// then, so that what was put right is noticed within the time that it took.
    /// </summary>
    /// <param name="waiting">The waiting event.</param>
    /// <param name="dependency">The entity.</param>
    /// <param name="isBacklogLow">Whether the queue of a function is so short that an event that was not claimed is lost rather than late.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="StoreUnavailableException">The import may not have been requested.</exception>
    public async Task AskAgainAsync(EventSummary waiting, EntityKey dependency, Func<string, CancellationToken, Task<bool>> isBacklogLow, CancellationToken cancellationToken)
    {
        if (await ledger.FindAsync(waiting.Event.Id, cancellationToken) is not { Status: EventStatus.Waiting } record)
        {
            return;
        }

        var import = await FindImportAsync(record, dependency, cancellationToken);
        switch (await ledger.FindAsync(intake.IdOf(import), cancellationToken))
        {
            case null:
                await intake.AcceptAsync(import, cancellationToken);
                break;
            case { Status: EventStatus.Queued } queued when (time.GetUtcNow() - queued.UpdatedAt).Duration() > Lost && await isBacklogLow(queued.Event.Function, cancellationToken):
                await intake.AcceptAsync(import, cancellationToken);
                break;
            case { } ended when Ended.Contains(ended.Status) && (ended.UpdatedAt < record.UpdatedAt || !IsResting(ended, RestOf(ended, record))):
                await RequestAgainAsync(ended, record.Event, dependency, cancellationToken);
                break;
        }
    }

    /// <summary>Returns the last import of an entity; null if none was requested, or its record is gone.</summary>
    public async Task<EventRecord?> FindLastImportAsync(EntityKey dependency, EventMetadata waiting, CancellationToken cancellationToken) =>
        kinds.Find(dependency.Kind) is not null && await marks.FindAsync(dependency, cancellationToken) is { } mark
            ? await ledger.FindAsync(intake.IdOf(ComposeImport(dependency, waiting, WindowOf(mark.Value))), cancellationToken)
            : null;

    /// <summary>Has the entity imported at once, unless its import is under way, and returns the import's id.</summary>
    /// <exception cref="FunctionException">No integration registered the kind of the entity.</exception>
    /// <exception cref="StoreUnavailableException">The import may not have been requested.</exception>
    public async Task<EventId> ImportNowAsync(EventMetadata waiting, EntityKey dependency, string by, CancellationToken cancellationToken)
    {
        var import = await ReserveImportAsync(dependency, waiting, cancellationToken);
        var id = intake.IdOf(import);
        switch (await ledger.FindAsync(id, cancellationToken))
        {
            case null or { Status: EventStatus.Queued }:
                await intake.AcceptAsync(import, cancellationToken);
                break;
            case { } ended when Ended.Contains(ended.Status):
                await RunAgainAsync(ended, by, $"An operator had {dependency} imported", cancellationToken);
                break;
        }

        return id;
    }

    /// <summary>Whether an event is the import of an entity.</summary>
    public bool IsImport(EventMetadata candidate) =>
        candidate.Entity is { } dependency && MayBeImport(candidate.Id) && kinds.Find(dependency.Kind) is not null && intake.IdOf(ComposeImport(dependency, candidate, candidate.Id.Time)) == candidate.Id;

    /// <summary>
    /// Ends a failed import if its entity has come since: what it failed of has been put right. Should something wait for the entity
    /// again, the import runs again.
    /// </summary>
    /// <param name="import">The import.</param>
    /// <param name="attempts">How many attempts it has made. One that has run again meanwhile is left alone.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="StoreUnavailableException">A later sweep does the same.</exception>
    public async Task<bool> EndFailedImportAsync(EventMetadata import, int attempts, CancellationToken cancellationToken)
    {
        if (import.Entity is not { } dependency || kinds.Find(dependency.Kind) is not { } kind || !await kind.HasArrivedAsync(dependency, cancellationToken))
        {
            return false;
        }

        var entry = new HistoryEntry(HistoryEntryKind.Dismissal, "sweeper", time.GetUtcNow(), $"{dependency} is there, so its import is no longer needed", 0);
        var request = new CloseRequest(import.Id, EventStatus.Superseded, entry, null, entry.At) { From = [EventStatus.Failed], Attempts = attempts };
        return await ledger.CloseAsync(request, cancellationToken) is TransitionResult.Done;
    }

    /// <summary>Queues all events that wait for an entity, oldest first, and returns how many it released.</summary>
    /// <param name="dependency">The entity.</param>
    /// <param name="by">Who releases them.</param>
    /// <param name="reason">The reason, one of <see cref="ReleaseReason"/>.</param>
    /// <param name="cancellationToken">Cancels the call; the sweeper releases the remaining events.</param>
    /// <exception cref="StoreUnavailableException">The sweeper releases the remaining events.</exception>
    public async Task<int> ReleaseAllAsync(EntityKey dependency, string by, string reason, CancellationToken cancellationToken)
    {
        var released = 0;
        EventId? after = null;
        while (true)
        {
            var page = await ledger.ListWaitingAsync(dependency, after, PageSize, cancellationToken);
            if (page.Count == 0)
            {
                return released;
            }

            // The cursor advances even if nothing was released, so the loop ends at the last id.
            released += await ReleaseAsync(page, dependency, by, reason, cancellationToken);
            after = page[^1];
        }
    }

    /// <summary>Queues those of the events that still wait for this entity, and returns how many it released.</summary>
    /// <param name="ids">The waiting events, in the order in which to send them.</param>
    /// <param name="dependency">The entity that has arrived.</param>
    /// <param name="by">The import's event id, the part of the engine that noticed the arrival, or an operator.</param>
    /// <param name="reason">The reason, one of <see cref="ReleaseReason"/>.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task<int> ReleaseAsync(IReadOnlyList<EventId> ids, EntityKey dependency, string by, string reason, CancellationToken cancellationToken)
    {
        var entry = new HistoryEntry(HistoryEntryKind.Release, by, time.GetUtcNow(), reason, 0);
        var results = await requeuer.RequeueAsync([.. ids.Select(id => new Requeue(id, [EventStatus.Waiting], dependency, entry))], cancellationToken);
        return results.Count(result => result is TransitionResult.Done);
    }

    /// <summary>The time of an import is the start of a window. Few other events have such a time, so this spares most of them the rest of the comparison.</summary>
    private static bool MayBeImport(EventId id) => id.Time.Ticks % ImportWindow.Ticks == 0;

    private static bool HasNotImported(EventRecord import) => import.Status is EventStatus.Failed or EventStatus.Ignored;

    /// <summary>
    /// The sweeper's pause. An import that succeeded should have brought the entity, so it soon runs again, but less and less often. One
    /// that failed runs again when as much time has passed as the event had waited before.
    /// </summary>
    private static TimeSpan RestOf(EventRecord import, EventRecord waiting)
    {
        var rest = HasNotImported(import) ? (import.UpdatedAt - waiting.UpdatedAt).Duration() : FailedRest * (1 << Math.Min(import.History.Count, MaxDoublings));
        return rest < FailedRest ? FailedRest : rest > SweptRest ? SweptRest : rest;
    }

    private static string NotThere(EntityKey dependency) => $"{dependency} is waited for and is not there";

    private static DateTimeOffset WindowOf(ImportMark mark) => new(mark.Window, TimeSpan.Zero);

    private DateTimeOffset CurrentWindow()
    {
        var now = time.GetUtcNow();
        return new DateTimeOffset(now.Ticks - (now.Ticks % ImportWindow.Ticks), TimeSpan.Zero);
    }

    /// <summary>Whether another import takes the place of the last one, rather than that it runs, or runs again. Two never run at once, so it must have ended.</summary>
    private bool IsToBeReplaced(EventRecord? last, TimeSpan age) => last switch
    {
        null => age.Duration() > Unrequested,
        { Status: EventStatus.Dismissed } => true,
        _ => Ended.Contains(last.Status) && last.History.Count >= MaxRunsOfOne && !RestsAfterFailure(last),
    };

    /// <summary>
    /// Returns whether the import failed so recently that it would fail again. After one that was ignored, the kind decides: it says that
    /// the entity need not be waited for until another look is due.
    /// </summary>
    private bool RestsAfterFailure(EventRecord import) => import.Status == EventStatus.Failed && IsResting(import, FailedRest);

    /// <summary>Returns whether the import ended a short time ago. Times ahead of this host's clock do not count.</summary>
    private bool IsResting(EventRecord import, TimeSpan rest) => time.GetUtcNow() - import.UpdatedAt is var age && age >= TimeSpan.Zero && age < rest;

    private Delivery ComposeImport(EntityKey dependency, EventMetadata cause, DateTimeOffset window)
    {
        var kind = kinds.Find(dependency.Kind) ?? throw new FunctionException(
            $"The event waits for {dependency}, but no integration registered the kind '{dependency.Kind}'. Register it with AddDependencyKind.", "waiting/unknown-kind", transient: false);
        return kind.ComposeImport(dependency) with
        {
            DeliveryId = $"import/{dependency}/{(int)ImportWindow.TotalMinutes}",
            TriggeredAt = window,
            Entity = dependency,
            CausationId = cause.Id,
            CorrelationId = cause.CorrelationId,
        };
    }

    /// <summary>
    /// Composes the last import. If none is marked, because the version before requested it, that is the one that the record names among
    /// its effects; if it names none, because they are too many, that of the current window.
    /// </summary>
    private async Task<Delivery> FindImportAsync(EventRecord waiting, EntityKey dependency, CancellationToken cancellationToken)
    {
        if (await marks.FindAsync(dependency, cancellationToken) is { } mark)
        {
            return ComposeImport(dependency, waiting.Event, WindowOf(mark.Value));
        }

        foreach (var effect in waiting.Effects.Reverse().Where(MayBeImport))
        {
            var import = ComposeImport(dependency, waiting.Event, effect.Time);
            if (intake.IdOf(import) == effect)
            {
                return import;
            }
        }

        return ComposeImport(dependency, waiting.Event);
    }

    /// <summary>Has the last import run again, or another in its place.</summary>
    private async Task RequestAgainAsync(EventRecord ended, EventMetadata cause, EntityKey dependency, CancellationToken cancellationToken)
    {
        var import = await ReserveImportAsync(dependency, cause, cancellationToken);
        if (intake.IdOf(import) == ended.Id)
        {
            await RunAgainAsync(ended, "sweeper", NotThere(dependency), cancellationToken);
        }
        else if (await ledger.FindAsync(intake.IdOf(import), cancellationToken) is null)
        {
            await intake.AcceptAsync(import, cancellationToken);
        }
    }

    /// <summary>Has an import run again. Of several callers at once, one succeeds.</summary>
    private Task<TransitionResult> RunAgainAsync(EventRecord import, string by, string reason, CancellationToken cancellationToken)
    {
        var entry = new HistoryEntry(HistoryEntryKind.Replay, by, time.GetUtcNow(), reason, 0);
        return requeuer.RequeueAsync(new Requeue(import.Id, Ended, null, entry), cancellationToken);
    }
}
