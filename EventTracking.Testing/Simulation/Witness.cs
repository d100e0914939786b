using EventTracking.Core.Events;
using EventTracking.Core.Intake;
using EventTracking.Core.Payloads;
using EventTracking.Core.Queue;

namespace EventTracking.Testing.Simulation;

/// <summary>
/// Sees every call take effect, and remembers what the product does not: who holds an event, what arrived byte for byte, what was
/// acknowledged. It immediately checks the invariants that must hold at every moment.
/// </summary>
internal sealed class Witness
{
    private readonly Dictionary<EventId, Holder> held = [];
    private readonly Dictionary<EventId, ReadOnlyMemory<byte>> arrived = [];
    private readonly Dictionary<EventId, string> acknowledged = [];
    private readonly Dictionary<string, EventId> unique = [];
    private readonly HashSet<(string Job, EventId Event)> replayed = [];

    /// <summary>The first payload that arrived under each id.</summary>
    public IReadOnlyDictionary<EventId, ReadOnlyMemory<byte>> Arrived => arrived;

    /// <summary>The acknowledged events with the names of their deliveries.</summary>
    public IReadOnlyDictionary<EventId, string> Acknowledged => acknowledged;

    /// <summary>The number of claims that took effect.</summary>
    public int ClaimsOf(EventId id) => held.GetValueOrDefault(id)?.Attempt ?? 0;

    public IReadOnlyList<Acceptance> SeeAcceptance(SimulatedProcess process, IReadOnlyList<NewEvent> events, IReadOnlyList<Acceptance> acceptances)
    {
        foreach (var (created, acceptance) in events.Zip(acceptances))
        {
            if (acceptance.Created)
            {
                Require(arrived.TryAdd(created.Event.Id, created.Payload.Body), Invariants.AppliedOnce, $"{created.Event.Id} was created twice.");
                Require(process.HasItem(created.Event.Id), Invariants.NothingLost, $"{created.Event.Id} was accepted without a work item.");
            }
        }

        return acceptances;
    }

    /// <summary>A delivery was acknowledged to its sender.</summary>
    public void SeePromise(string delivery, bool deliveryIdIsUnique, EventId id, ReadOnlyMemory<byte> body)
    {
        acknowledged.TryAdd(id, delivery);
        Require(arrived.TryGetValue(id, out var bytes), Invariants.Tracked, $"{delivery} was acknowledged as {id}, which was never stored.");
        Require(bytes.Span.SequenceEqual(body.Span), Invariants.ByteForByte, $"{delivery} became {id}, whose bytes differ.");
        Require(!deliveryIdIsUnique || unique.TryAdd(delivery, id) || unique[delivery] == id, Invariants.AppliedOnce, $"{delivery} became two events.");
    }

    /// <summary>A claim took effect; the time of its attempt began when it was made.</summary>
    public ClaimResult SeeClaim(SimulatedProcess process, long started, ClaimResult result)
    {
        if (result is ClaimResult.Claimed(var record))
        {
            var before = held.GetValueOrDefault(record.Id);
            Require(record.AttemptCount == (before?.Attempt ?? 0) + 1, Invariants.Attempts, $"{record.Id} went from attempt {before?.Attempt ?? 0} to {record.AttemptCount}.");
            Require(record.Attempts.Count > 0 && record.Attempts[^1].Number == record.AttemptCount, Invariants.Attempts, $"{record.Id} has no attempt {record.AttemptCount}.");
            Require(
                before is null || before.IsEnded || before.Process != process || process.Clock.GetElapsedTime(before.Started) >= before.Lease,
                Invariants.OneHolder,
                $"{record.Id} was claimed by attempt {record.AttemptCount}, while attempt {before?.Attempt} holds it for {before?.Lease}.");
            held[record.Id] = new Holder(record.AttemptCount, process, started, record.LeaseUntil - record.UpdatedAt ?? TimeSpan.Zero, IsEnded: false);
            arrived.TryAdd(record.Id, ReadOnlyMemory<byte>.Empty);
            Require(
                record.Payload is { } pointer && process.Read(pointer) is PayloadRead.Available(var payload) && payload.Body.Span.SequenceEqual(arrived[record.Id].Span),
                Invariants.ArchivedFirst,
                $"{record.Id} is about to run, and its payload is not in the archive.");
        }

        return result;
    }

    /// <summary>An event was set back.</summary>
    public TransitionResult SeeRequeue(Requeue requeue, TransitionResult result)
    {
        if (result is TransitionResult.Done && requeue.HistoryEntry.Job is { } job)
        {
            Require(replayed.Add((job, requeue.Id)), Invariants.ReplayedOnce, $"The job {job} replayed {requeue.Id} twice.");
        }

        return result;
    }

    public bool SeeCompletion(Completion completion, bool recorded)
    {
        if (recorded)
        {
            var holder = held.GetValueOrDefault(completion.Id);
            var others = holder is { IsEnded: true } ? "had ended it" : "held it";
            var what = $"{completion.Id} was ended by attempt {completion.Attempt.Number}, while attempt {holder?.Attempt} {others}.";
            Require(holder is { IsEnded: false } && holder.Attempt == completion.Attempt.Number, Invariants.AppliedOnce, what);
            held[completion.Id] = holder with { IsEnded = true };
        }

        return recorded;
    }

    /// <summary>An attempt that acknowledges the last item of an event must have ended the event, because no item is left to run it again.</summary>
    public static void SeeAcknowledgement(SimulatedProcess process, IReadOnlyList<ReceivedItem> items)
    {
        foreach (var id in items.Select(item => item.Item.Event.Id).Distinct())
        {
            var record = process.Find(id);
            Require(record is not null, Invariants.Tracked, $"{id} has no record, and its item was acknowledged.");
            Require(!record.Status.IsInFlight() || process.HasItem(id) || process.IsRequeued(id), Invariants.NothingLost, $"The last item of {id} was acknowledged while it is {record.Status}.");
        }
    }

    public static void Require([System.Diagnostics.CodeAnalysis.DoesNotReturnIf(false)] bool holds, string invariant, string what)
    {
        if (!holds)
        {
            throw new InvariantViolation(invariant, what);
        }
    }

    /// <summary>The attempt that claimed an event last.</summary>
    private sealed record Holder(int Attempt, SimulatedProcess Process, long Started, TimeSpan Lease, bool IsEnded);
}
