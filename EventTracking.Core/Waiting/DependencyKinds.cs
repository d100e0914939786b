using System.Collections.Frozen;
using EventTracking.Core.Events;

namespace EventTracking.Core.Waiting;

/// <summary>The registered kinds of entities by name. Each is created on first use, because a process in Lambda seldom needs any.</summary>
internal sealed class DependencyKinds(IEnumerable<DependencyKindRegistration> registrations, IServiceProvider services)
{
    private readonly FrozenDictionary<string, Lazy<IDependencyKind>> kinds = registrations.ToFrozenDictionary(
        registration => registration.Kind,
        registration => new Lazy<IDependencyKind>(() => registration.Create(services)));

    /// <summary>Returns null if no integration registered the kind.</summary>
    public IDependencyKind? Find(string kind) => kinds.GetValueOrDefault(kind)?.Value;

    /// <summary>Also returns false if no integration registered the entity's kind.</summary>
    public Task<bool> ExistsAsync(EntityKey dependency, CancellationToken cancellationToken) =>
        Find(dependency.Kind)?.ExistsAsync(dependency, cancellationToken) ?? Task.FromResult(false);
}

/// <summary>A kind of entity and its name.</summary>
internal sealed record DependencyKindRegistration(string Kind, Func<IServiceProvider, IDependencyKind> Create);
