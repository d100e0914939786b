using EventTracking.Core.Events;
using EventTracking.Core.Intake;
using EventTracking.Core.Resilience;

namespace EventTracking.Api.Health;

/// <summary>Whether the ledger answers and has room. Anybody may ask, so one look serves all who do within two seconds.</summary>
internal sealed class Readiness(IEventLedger ledger, IIntakeStore intake, TimeProvider time)
{
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(2);

    // No event has it: a read by key that finds nothing is the cheapest question a store can be asked.
    private static readonly EventId Nothing = EventId.ForDelivery("health", "", "", DateTimeOffset.UnixEpoch);

    private readonly Lock turn = new();
    private Task<bool>? look;
    private long lookedAt;

    public Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        lock (turn)
        {
            if (look is null || (look.IsCompleted && time.GetElapsedTime(lookedAt) >= Kept))
            {
                lookedAt = time.GetTimestamp();
                look = LookAsync();
            }

            return look.WaitAsync(cancellationToken);
        }
    }

    private async Task<bool> LookAsync()
    {
        using var expiry = new CancellationTokenSource(LongestLook, time);
        try
        {
            // On another thread and given up from here, since a store that hangs need neither look at a token nor return.
            await Task.Run(() => AskAsync(expiry.Token), expiry.Token).WaitAsync(expiry.Token);
            return true;
        }
        catch (Exception exception) when (exception is StoreUnavailableException or OperationCanceledException)
        {
            return false;
        }
    }

    private async Task AskAsync(CancellationToken cancellationToken)
    {
        await ledger.FindAsync(Nothing, cancellationToken);

        // Goes all the way of a write and changes nothing, since there is no such event.
        await ledger.CheckpointAsync(Nothing, 1, [], cancellationToken);

        // Which a write of nothing does not need, and every webhook does.
        await intake.EnsureRoomAsync(cancellationToken);
    }
}
