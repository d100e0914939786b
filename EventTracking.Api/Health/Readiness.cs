using EventTracking.Core.Events;
using EventTracking.Core.Intake;
using EventTracking.Core.Resilience;

namespace EventTracking.Api.Health;

/// <summary>Checks whether the ledger responds and has room. Anybody may call it, so one check serves all callers within two seconds.</summary>
internal sealed class Readiness(IEventLedger ledger, IIntakeStore intake, TimeProvider time)
{
    private static readonly TimeSpan CacheDuration = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan CheckTimeout = TimeSpan.FromSeconds(2);

    // No event has this id: a read by key that finds nothing is the cheapest check of a store.
    private static readonly EventId Nothing = EventId.ForDelivery("health", "", "", DateTimeOffset.UnixEpoch);

    private readonly Lock turn = new();
    private Task<bool>? look;
    private long lookedAt;

    public Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        lock (turn)
        {
            if (look is null || (look.IsCompleted && time.GetElapsedTime(lookedAt) >= CacheDuration))
            {
                lookedAt = time.GetTimestamp();
                look = LookAsync();
            }

            return look.WaitAsync(cancellationToken);
        }
    }

    private async Task<bool> LookAsync()
    {
        using var expiry = new CancellationTokenSource(CheckTimeout, time);
        try
        {
            // On another thread and abandoned after the time-out, because a store that hangs may neither observe the token nor return.
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

        // Takes the full path of a write and changes nothing, because there is no such event.
        await ledger.CheckpointAsync(Nothing, 1, [], cancellationToken);

        // Every webhook needs room, but a write that changes nothing does not.
        await intake.EnsureRoomAsync(cancellationToken);
    }
}
