using System.Text;
using EventTracking.Core.Events;
using EventTracking.Core.Intake;
using EventTracking.Core.Waiting;

namespace EventTracking.Tests.Rules.Functions;

/// <summary>Entities that the look after the run finds, or does not.</summary>
internal sealed class Arrivals : IDependencyKind
{
    public bool Exists { get; set; }

    public Task<bool> ExistsAsync(EntityKey dependency, CancellationToken cancellationToken) => Task.FromResult(Exists);

    public Delivery ComposeImport(EntityKey dependency) => new()
    {
        Source = "test",
        Account = "account",
        Topic = "import",
        DeliveryId = "set by the engine",
        Body = Encoding.UTF8.GetBytes(dependency.ToString()),
    };
}
