using EventTracking.Core.Events;
using EventTracking.Core.Intake;
using EventTracking.Core.Payloads;
using EventTracking.Core.Queue;

namespace EventTracking.Benchmarks.Simulation;

/// <summary>
/// Sees every call take effect, and remembers what the product does not: who holds an event, what arrived byte for byte, what was
/// acknowledged. What must hold at every moment it checks at once.
/// </summary>
internal sealed class Witness
{
    private readonly Dictionary<EventId, (int Attempt, bool Ended)> held = [];
    private readonly Dictionary<EventId, ReadOnlyMemory<byte>> arrived = [];
    private readonly Dictionary<EventId, string> acknowledged = [];
    private readonly Dictionary<string, EventId> unique = [];

    /// <summary>What was first brought in under each id.</summary>
    public IReadOnlyDictionary<EventId, ReadOnlyMemory<byte>> Arrived => arrived;

    /// <summary>What a sender was promised, and what it was.</summary>
    public IReadOnlyDictionary<EventId, string> Acknowledged => acknowledged;

    /// <summary>Claims that took effect.</summary>
    public int ClaimsOf(EventId id) => held.GetValueOrDefault(id).Attempt;

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

    /// <summary>A sender was told that its delivery is safe.</summary>
    public void SeePromise(string delivery, bool deliveryIdIsUnique, EventId id, ReadOnlyMemory<byte> body)
    {
        acknowledged.TryAdd(id, delivery);
        Require(arrived.TryGetValue(id, out var bytes), Invariants.Tracked, $"{delivery} was acknowledged as {id}, which nobody stored.");
        Require(bytes.Span.SequenceEqual(body.Span), Invariants.ByteForByte, $"{delivery} became {id}, whose bytes are others.");
        Require(!deliveryIdIsUnique || unique.TryAdd(delivery, id) || unique[delivery] == id, Invariants.AppliedOnce, $"{delivery} became two events.");
    }

    public ClaimResult SeeClaim(SimulatedProcess process, ClaimResult result)
    {
        if (result is ClaimResult.Claimed(var record))
        {
            var before = held.GetValueOrDefault(record.Id);
            Require(record.AttemptCount == before.Attempt + 1, Invariants.Attempts, $"{record.Id} went from attempt {before.Attempt} to {record.AttemptCount}.");
            Require(record.Attempts.Count > 0 && record.Attempts[^1].Number == record.AttemptCount, Invariants.Attempts, $"{record.Id} has no attempt {record.AttemptCount}.");
            held[record.Id] = (record.AttemptCount, false);
            arrived.TryAdd(record.Id, ReadOnlyMemory<byte>.Empty);
            Require(
                record.Payload is { } pointer && process.Read(pointer) is PayloadRead.Available(var payload) && payload.Body.Span.SequenceEqual(arrived[record.Id].Span),
                Invariants.ArchivedFirst,
                $"{record.Id} is about to run, and its payload is not in the archive.");
        }

        return result;
    }

    public bool SeeCompletion(Completion completion, bool recorded)
    {
        if (recorded)
        {
            var holder = held.GetValueOrDefault(completion.Id);
            Require(holder == (completion.Attempt.Number, false), Invariants.AppliedOnce, $"{completion.Id} was ended by attempt {completion.Attempt.Number}, while attempt {holder.Attempt} {(holder.Ended ? "had ended it" : "held it")}.");
            held[completion.Id] = (completion.Attempt.Number, true);
        }

        return recorded;
    }

    /// <summary>Whoever acknowledges the last item of an event must have ended it, or the event has no one left to run it.</summary>
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
}
