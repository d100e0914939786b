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
    /// <param name="detail">Which data, for an operator. The first 1,000 characters are kept with the attempt.</param>
    public static Outcome Superseded(string detail) => new(EventStatus.Superseded, detail);

    /// <summary>There is nothing to do.</summary>
    /// <param name="detail">Why, for an operator. The first 1,000 characters are kept with the attempt.</param>
    public static Outcome Ignored(string detail) => new(EventStatus.Ignored, detail);

    /// <summary>
    /// The event needs an entity that does not exist yet. It waits while the engine requests the import of the entity, once for all
    /// events that wait for it, and it runs again automatically when the entity has arrived.
    /// The event fails when <c>EventTracking:WaitLimit</c> has passed, and at once if no integration registered the kind.
    /// </summary>
    /// <param name="dependency">The entity, of a kind that is registered with <see cref="EventTrackingExtensions.AddDependencyKind"/>.</param>
    /// <exception cref="ArgumentException">The key has more than 200 characters, so that no record could name it.</exception>
    public static Outcome WaitFor(EntityKey dependency) => dependency.ToString().Length <= EntityKey.MaxTextLength
        ? new(EventStatus.Waiting, null, dependency)
        : throw new ArgumentException($"An event cannot wait for {dependency.ToString()[..EntityKey.MaxTextLength]}…: the key of an entity has at most {EntityKey.MaxTextLength} characters.", nameof(dependency));
}
