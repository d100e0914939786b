using EventTracking.Core.Events;

namespace EventTracking.Core.Functions;

/// <summary>The outcome of a function that did not throw.</summary>
public sealed class Outcome
{
    private Outcome(EventStatus status, string? detail, EntityKey? dependency = null)
    {
        Status = status;
        Detail = detail;
        Dependency = dependency;
    }

    /// <summary>The function did its work.</summary>
    public static Outcome Succeeded { get; } = new(EventStatus.Succeeded, null);

    internal EventStatus Status { get; }

    internal string? Detail { get; }

    internal EntityKey? Dependency { get; }

    /// <summary>Newer data has already been applied.</summary>
    public static Outcome Superseded(string detail) => new(EventStatus.Superseded, detail);

    /// <summary>There is nothing to do.</summary>
    public static Outcome Ignored(string detail) => new(EventStatus.Ignored, detail);

    /// <summary>
    /// The event needs an entity that does not exist yet. It waits while the engine requests the import of the entity, once for all
    /// events that wait for it, and it runs again automatically when the entity has arrived.
    /// </summary>
    public static Outcome WaitFor(EntityKey dependency) => new(EventStatus.Waiting, null, dependency);
}
