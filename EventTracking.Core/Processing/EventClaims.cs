using EventTracking.Core.Events;
using EventTracking.Core.Resilience;

namespace EventTracking.Core.Processing;

/// <summary>
/// Claims events, and takes over those whose attempt died. When a lease is over is decided without comparing the clocks of two hosts:
/// once this process has seen the same attempt hold the event for the whole length of the lease, by its own monotonic clock.
/// </summary>
internal sealed class EventClaims(IEventLedger ledger, HostClocks clocks, TimeProvider time)
{
    /// <summary>How many leases are remembered before older ones are dropped. A lease that was dropped is watched once more from the start.</summary>
    private const int Remembered = 10_000;

    /// <summary>The longest lease that is believed if the caller's own is shorter: that of an attempt which has all the time that Lambda allows, and some more.</summary>
    private static readonly TimeSpan LongestLease = TimeSpan.FromMinutes(16);

    private readonly Lock gate = new();
    private Dictionary<EventId, Lease> recent = [];
    private Dictionary<EventId, Lease> older = [];

    /// <summary>Claims an event. If another attempt holds it, the result says how much longer that can last.</summary>
    /// <exception cref="StoreUnavailableException">The event may or may not have been claimed.</exception>
    public async Task<ClaimResult> ClaimAsync(Claim claim, CancellationToken cancellationToken)
    {
        var result = await ledger.ClaimAsync(claim, cancellationToken);
        if (result is not ClaimResult.Leased leased)
        {
            return result;
        }

        var end = EndOf(claim.Event.Id, leased, claim.LeaseUntil - claim.Now);
        var isOver = end.IsOver || (clocks.Apart is { } apart && leased.Until + apart <= claim.Now);
        return isOver ? await ledger.ClaimAsync(claim with { Over = leased.Attempt }, cancellationToken) : leased with { Longest = end.Left };
    }

    /// <summary>Remembers when the lease of an attempt of this process ends, because its outcome may not have been recorded.</summary>
    public void Remember(EventId id, int attempt, Deadline end)
    {
        lock (gate)
        {
            if (recent.Count >= Remembered)
            {
                (older, recent) = (recent, []);
            }

            recent[id] = new Lease(attempt, end);
        }
    }

    private Deadline EndOf(EventId id, ClaimResult.Leased leased, TimeSpan own)
    {
        lock (gate)
        {
            if ((recent.TryGetValue(id, out var known) || older.TryGetValue(id, out known)) && known.Attempt == leased.Attempt)
            {
                return known.End;
            }

            var end = Deadline.In(leased.Longest <= LongestLease ? leased.Longest : Shorter(leased.Longest, own), time);
            Remember(id, leased.Attempt, end);
            return end;
        }
    }

    private static TimeSpan Shorter(TimeSpan left, TimeSpan right) => left < right ? left : right;

    private readonly record struct Lease(int Attempt, Deadline End);
}
