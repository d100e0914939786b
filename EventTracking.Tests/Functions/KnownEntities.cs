using System.Collections.Concurrent;
using System.Text;
using EventTracking.Core.Events;
using EventTracking.Core.Intake;
using EventTracking.Core.Waiting;

namespace EventTracking.Tests.Functions;

/// <summary>Entities that exist because the test says so; their import is an event of the topic <c>import</c>.</summary>
internal sealed class KnownEntities : IDependencyKind
{
    private readonly ConcurrentDictionary<EntityKey, bool> known = new();

    /// <summary>An entity whose look-up fails in an unexpected way.</summary>
    public static EntityKey Broken { get; } = new("broken", "1");

    public void Add(EntityKey entity) => known[entity] = true;

    public Task<bool> ExistsAsync(EntityKey dependency, CancellationToken cancellationToken) =>
        dependency == Broken ? throw new InvalidOperationException("a look-up that fails") : Task.FromResult(known.ContainsKey(dependency));

    public Delivery ComposeImport(EntityKey dependency) => new()
    {
        Source = "test",
        Account = "account",
        Topic = "import",
        DeliveryId = dependency.ToString(),
        Body = Encoding.UTF8.GetBytes(dependency.ToString()),
    };
}
