using EventTracking.Core.Events;
using EventTracking.Core.Intake;

namespace EventTracking.Core.Waiting;

/// <summary>
/// A kind of entity that events may wait for, such as a product. An integration implements one for each kind of its entity keys and
/// registers it with <see cref="EventTrackingExtensions.AddDependencyKind"/>.
/// </summary>
public interface IDependencyKind
{
    /// <summary>Whether the entity is there. Asked right after an event began to wait, and by the sweeper; so it must see what an import wrote before it released.</summary>
    Task<bool> ExistsAsync(EntityKey dependency, CancellationToken cancellationToken);

    /// <summary>
    /// The delivery whose function imports the entity and then calls <see cref="DependencyReleaser"/>. The engine sets its
    /// delivery id and its time, so that all who wait for an entity share one import.
    /// </summary>
    Delivery ComposeImport(EntityKey dependency);
}
