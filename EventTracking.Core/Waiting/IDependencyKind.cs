using EventTracking.Core.Events;
using EventTracking.Core.Intake;

namespace EventTracking.Core.Waiting;

/// <summary>
/// A kind of entity that events may wait for, such as a product. An integration implements this interface for each kind in its
/// entity keys and registers it with <see cref="EventTrackingExtensions.AddDependencyKind"/>.
/// </summary>
public interface IDependencyKind
{
    /// <summary>
    /// Returns whether the entity need not be waited for: it exists, or an import has just found out that it will not come. The engine
    /// asks right after an event began to wait, and again from the sweeper. The method must therefore see everything that an import
    /// wrote before it released the waiting events.
    /// </summary>
    Task<bool> ExistsAsync(EntityKey dependency, CancellationToken cancellationToken);

    /// <summary>
    /// Returns whether the entity is there and what its import was for has been done, so that an import of it that failed needs no
    /// attention any more. Override it if <see cref="ExistsAsync"/> is also true for an entity that will not come.
    /// </summary>
    Task<bool> HasArrivedAsync(EntityKey dependency, CancellationToken cancellationToken) => ExistsAsync(dependency, cancellationToken);

    /// <summary>
    /// Composes the delivery whose function imports the entity and then calls <see cref="DependencyReleaser"/>. The engine sets
    /// its delivery id and its time, so that all events that wait for an entity share one import.
    /// </summary>
    Delivery ComposeImport(EntityKey dependency);
}
