namespace EventTracking.Core.Intake;

/// <summary>The one way in: turns deliveries into events and makes them durable.</summary>
internal sealed class EventIntake
{
    /// <summary>Durable when it returns.</summary>
    public Task<IntakeResult> AcceptAsync(Delivery delivery, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Several at once; results in the order of the deliveries.</summary>
    public Task<IReadOnlyList<IntakeResult>> AcceptAsync(IReadOnlyList<Delivery> deliveries, CancellationToken cancellationToken) => throw new NotImplementedException();
}
