using EventTracking.Core.Events;
using EventTracking.Core.Intake;

namespace EventTracking.Core.Waiting;

/// <summary>What the engine must know of the entities that events wait for. The integration implements it.</summary>
internal interface IDependencies
{
    /// <summary>Whether the entity is there.</summary>
    Task<bool> ExistsAsync(EntityKey dependency, CancellationToken cancellationToken);

    /// <summary>The delivery that has the entity imported; its delivery id is set by the engine.</summary>
    Delivery ComposeImport(EntityKey dependency);
}
