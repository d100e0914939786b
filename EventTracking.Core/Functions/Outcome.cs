using EventTracking.Core.Events;

namespace EventTracking.Core.Functions;

/// <summary>How a function ended, when it did not throw.</summary>
public sealed class Outcome
{
    private Outcome(EventStatus status, string? detail, EntityKey? dependency = null)
    {
        Status = status;
        Detail = detail;
        Dependency = dependency;
    }

    /// <summary>Done.</summary>
    public static Outcome Succeeded { get; } = new(EventStatus.Succeeded, null);

    internal EventStatus Status { get; }

    internal string? Detail { get; }

    internal EntityKey? Dependency { get; }

    /// <summary>Newer data was applied already.</summary>
    /// <param name="detail">Which, for an operator; kept with the attempt.</param>
    public static Outcome Superseded(string detail) => new(EventStatus.Superseded, detail);

    /// <summary>There is nothing to do.</summary>
    /// <param name="detail">Why, for an operator; kept with the attempt.</param>
    public static Outcome Ignored(string detail) => new(EventStatus.Ignored, detail);

    /// <summary>
    /// The event needs an entity that is not there yet: it waits, the entity's import is requested once, and the event
    /// runs again by itself when it has arrived. It fails when <c>EventTracking:WaitLimit</c> is over, and at once where no
    /// integration registered the kind.
    /// </summary>
    /// <param name="dependency">The entity, of a kind that is registered with <see cref="EventTrackingExtensions.AddDependencyKind"/>.</param>
    public static Outcome WaitFor(EntityKey dependency) => new(EventStatus.Waiting, null, dependency);
}
