using EventTracking.Core.Backends.Embedded.Storage;
using EventTracking.Core.Compatibility;
using EventTracking.Core.Events;

namespace EventTracking.Core.Backends.Embedded.Ledger;

/// <summary>
/// The ledger in SQLite. Each change reads the record, decides and writes within one operation of the single writer,
/// which makes every condition atomic.
/// </summary>
internal sealed class EmbeddedLedger(EmbeddedStore store, UnknownForms unknown) : IEventLedger
{
    private static readonly string MarkLate = $"UPDATE events SET requeued = ? WHERE id = ? AND requeued IS NULL AND status IN ({StatusNumbers.MayBeLate})";

    private const string SelectWaiting = "SELECT id FROM events INDEXED BY events_by_dependency WHERE waiting_on = ? AND id > ? ORDER BY id LIMIT ?";

    private const string SelectMarked =
        $"SELECT {LedgerTable.SummaryColumns} FROM events e INDEXED BY events_requeued WHERE e.requeued IS NOT NULL AND e.requeued = ? AND e.id > ? ORDER BY e.id LIMIT ?";

    private const string SelectLater =
        $"SELECT {LedgerTable.SummaryColumns} FROM events e INDEXED BY events_by_entity WHERE e.entity = ? AND e.id > ? ORDER BY e.id DESC LIMIT ?";

    public Task<EventRecord?> FindAsync(EventId id, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(Seen(store.Read(database => LedgerTable.Find(database, id)?.Record)));
    }

    public Task<IReadOnlyList<EventRecord>> FindAsync(IReadOnlyCollection<EventId> ids, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(store.Read<IReadOnlyList<EventRecord>>(database =>
            [.. ids.Select(id => Seen(LedgerTable.Find(database, id)?.Record)).OfType<EventRecord>()]));
    }

    public Task<IReadOnlyList<EventSummary>> ListLaterAsync(IReadOnlyCollection<LaterQuery> entities, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(store.Read<IReadOnlyList<EventSummary>>(database =>
        {
            var later = new List<EventSummary>();
            foreach (var (entity, after) in entities)
            {
                using var statement = database.Use(SelectLater);
                statement.Bind(entity.ToString()).Bind(after.ToString()).Bind(IEventLedger.LaterKept);
                while (statement.Step())
                {
                    later.Add(LedgerTable.ReadSummary(statement));
                }
            }

            return later;
        }));
    }

    public Task<ClaimResult> ClaimAsync(Claim claim, CancellationToken cancellationToken) =>
        store.WriteAsync(scope => LedgerTransitions.Claim(scope.Database, claim), cancellationToken);

    public Task<bool> CheckpointAsync(EventId id, int attempt, IReadOnlyList<Step> steps, CancellationToken cancellationToken) =>
        store.WriteAsync(scope => LedgerTransitions.Checkpoint(scope.Database, id, attempt, steps), cancellationToken);

    public Task<bool> CompleteAsync(Completion completion, CancellationToken cancellationToken) =>
        store.WriteAsync(
            scope =>
            {
                SearchKeyTable.Insert(scope.Database, completion.Id, completion.Keys);
                return LedgerTransitions.Complete(scope.Database, completion);
            },
            cancellationToken);

    public Task<TransitionResult> RequeueAsync(Requeue requeue, CancellationToken cancellationToken) =>
        store.WriteAsync(scope => LedgerTransitions.Requeue(scope.Database, requeue), cancellationToken);

    public Task<TransitionResult> CloseAsync(CloseRequest request, CancellationToken cancellationToken) =>
        store.WriteAsync(scope => LedgerTransitions.Close(scope.Database, request), cancellationToken);

    public Task<bool> AddEditedReplayAsync(EventId id, EventId edited, CancellationToken cancellationToken) =>
        store.WriteAsync(scope => LedgerTransitions.AddEditedReplay(scope.Database, id, edited), cancellationToken);

    public Task<EventPage> ListAsync(EventQuery query, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var page = store.Read(database => LedgerListing.List(database, query));
        foreach (var summary in page.Events)
        {
            unknown.See(summary);
        }

        return Task.FromResult(page);
    }

    public Task<IReadOnlyList<EventId>> ListWaitingAsync(EntityKey dependency, EventId? after, int limit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(store.Read<IReadOnlyList<EventId>>(database =>
        {
            using var statement = database.Use(SelectWaiting);
            statement.Bind(dependency.ToString()).Bind(after?.ToString() ?? "").Bind(limit);
            var waiting = new List<EventId>();
            while (statement.Step())
            {
                waiting.Add(EventId.Parse(statement.GetText(0)));
            }

            return waiting;
        }));
    }

    public Task<IReadOnlyList<EventSummary>> ListRequeuedAsync(EventId? after, int limit, CancellationToken cancellationToken) =>
        ListMarkedAsync(LedgerTable.Requeued, after, limit, cancellationToken);

    public Task<IReadOnlyList<EventSummary>> ListLateAsync(EventId? after, int limit, CancellationToken cancellationToken) =>
        ListMarkedAsync(LedgerTable.Late, after, limit, cancellationToken);

    public Task<bool> MarkLateAsync(EventId id, CancellationToken cancellationToken) => store.WriteAsync(
        scope =>
        {
            using var statement = scope.Database.Use(MarkLate);
            statement.Bind(LedgerTable.Late).Bind(id.ToString()).Step();
            return scope.Database.Changes > 0;
        },
        cancellationToken);

    private EventRecord? Seen(EventRecord? record)
    {
        if (record is not null)
        {
            unknown.See(record);
        }

        return record;
    }

    private Task<IReadOnlyList<EventSummary>> ListMarkedAsync(int mark, EventId? after, int limit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(store.Read<IReadOnlyList<EventSummary>>(database =>
        {
            using var statement = database.Use(SelectMarked);
            statement.Bind(mark).Bind(after?.ToString() ?? "").Bind(limit);
            var marked = new List<EventSummary>();
            while (statement.Step())
            {
                marked.Add(LedgerTable.ReadSummary(statement));
            }

            return marked;
        }));
    }
}
