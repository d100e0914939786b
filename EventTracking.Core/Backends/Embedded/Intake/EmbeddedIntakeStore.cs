using EventTracking.Core.Backends.Embedded.Ledger;
using EventTracking.Core.Backends.Embedded.Payloads;
using EventTracking.Core.Backends.Embedded.Queue;
using EventTracking.Core.Backends.Embedded.Storage;
using EventTracking.Core.Events;
using EventTracking.Core.Intake;

namespace EventTracking.Core.Backends.Embedded.Intake;

/// <summary>
/// Writes record, work item and payload in one commit. A known event is therefore already on its queue, so a repeated
/// delivery neither sends it again nor writes its payload.
/// </summary>
internal sealed class EmbeddedIntakeStore(EmbeddedStore store, QueueSignals signals, TimeProvider timeProvider) : IIntakeStore
{
    private const string SelectStatus = "SELECT status FROM events WHERE id = ?";

    public async Task<IReadOnlyList<Acceptance>> AcceptAsync(IReadOnlyList<NewEvent> events, CancellationToken cancellationToken)
    {
        if (events.Count == 0)
        {
            return [];
        }

        using var members = new EncodedPayloads(events.Select(created => created.Payload));
        var accepted = await store.WriteAsync(scope => Accept(scope, events, members), cancellationToken);
        for (var index = 0; index < accepted.Length; index++)
        {
            if (accepted[index].Created)
            {
                signals.Pulse(events[index].Event.Function);
            }
        }

        return accepted;
    }

    public Task EnsureRoomAsync(CancellationToken cancellationToken) => store.WriteAsync(EnsureRoom, cancellationToken);

    private static bool EnsureRoom(WriteScope scope)
    {
        scope.Database.EnsureRoom();
        scope.Segments.EnsureRoom();
        return true;
    }

    private Acceptance[] Accept(WriteScope scope, IReadOnlyList<NewEvent> events, EncodedPayloads members)
    {
        var (hidden, now) = (store.Clock.Hide(TimeSpan.Zero), timeProvider.GetUtcNow());
        var accepted = new Acceptance[events.Count];
        for (var index = 0; index < accepted.Length; index++)
        {
            var metadata = events[index].Event;
            var member = members[index] ?? throw new InvalidOperationException("Every event has a payload.");
            if (LedgerTable.TryInsert(scope.Database, metadata, scope.Segments.Locate(member)) is { } row)
            {
                scope.Segments.Add(member);
                QueueTable.Insert(scope.Database, metadata.Function, row, hidden, now);
                accepted[index] = new Acceptance(Created: true, EventStatus.Queued);
            }
            else
            {
                accepted[index] = new Acceptance(Created: false, FindStatus(scope.Database, metadata.Id));
            }
        }

        return accepted;
    }

    private static EventStatus FindStatus(Database database, EventId id)
    {
        using var statement = database.Use(SelectStatus);
        return statement.Bind(id.ToString()).Step() ? EventStatusText.OfNumber(statement.GetInt(0)) : throw new InvalidOperationException("A record vanished within the transaction.");
    }
}
