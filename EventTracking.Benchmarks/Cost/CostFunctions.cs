using System.Collections.Concurrent;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Intake;
using EventTracking.Core.Payloads;
using EventTracking.Core.Replay;
using EventTracking.Core.Waiting;

namespace EventTracking.Benchmarks.Cost;

/// <summary>Follows its event's course, with the steps and the outgoing calls of a function that reads two systems with its batch and writes to one of them.</summary>
internal sealed class SyncFunction(CostDependencies dependencies) : TrackedFunction<PayloadRecord>
{
    public const string Name = "sync";

    private const int BatchSize = 10;

    protected override PayloadRecord ReadMessage(PayloadRecord payload, EventMetadata metadata) => payload;

    protected override Task<Outcome> HandleAsync(PayloadRecord message, EventContext context, CancellationToken cancellationToken)
    {
        var product = context.Event.Entity!.Value;
        var course = CostScenario.CourseOf(product);
        context.Step("payload read");
        var dependency = new EntityKey(CostScenario.DependencyKind, product.Id);
        if (course == Course.Waits && !dependencies.IsKnown(dependency))
        {
            context.Step("product is not in the catalog");
            return Task.FromResult(Outcome.WaitFor(dependency));
        }

        context.AddCall(new OutgoingCall(1, 183, context.Batch is null ? 1 : BatchSize, "200", "shopify"));
        context.AddCall(new OutgoingCall(185, 240, context.Batch is null ? 1 : BatchSize, "200", "brightpearl"));
        context.Step("availability fetched: 42");
        if (course == Course.SucceedsAtSecond && context.Attempt == 1)
        {
            throw new FunctionException("Shopify answered 429: too many requests.", "shopify/throttled", transient: true);
        }

        if (course == Course.FailsUntilReplayed && context.ReplayCount == 0)
        {
            throw new FunctionException("Shopify rejected the quantity: the item is not stocked at the location.", "shopify/rejected", transient: false);
        }

        context.AddCall(new OutgoingCall(426, 310, 1, "200", "shopify"));
        context.Step("quantity set");
        context.Step("level stored");
        return Task.FromResult(Outcome.Succeeded);
    }
}

/// <summary>Imports what events wait for and releases them, as the import of a product does.</summary>
internal sealed class ImportFunction(CostDependencies dependencies, DependencyReleaser releaser) : TrackedFunction<PayloadRecord>
{
    public const string Name = "import";

    protected override PayloadRecord ReadMessage(PayloadRecord payload, EventMetadata metadata) => payload;

    protected override async Task<Outcome> HandleAsync(PayloadRecord message, EventContext context, CancellationToken cancellationToken)
    {
        var dependency = context.Event.Entity!.Value;
        context.Step("product found");
        dependencies.Learn(dependency);
        context.Step("catalog written");
        await releaser.ReleaseAsync(dependency, context.Event.Id.ToString(), cancellationToken);
        context.Step("released");
        return Outcome.Succeeded;
    }
}

/// <summary>The dependencies that exist; none does until it is imported.</summary>
internal sealed class CostDependencies : IDependencyKind
{
    private readonly ConcurrentDictionary<EntityKey, bool> known = new();

    public void Learn(EntityKey dependency) => known[dependency] = true;

    public bool IsKnown(EntityKey dependency) => known.ContainsKey(dependency);

    public Task<bool> ExistsAsync(EntityKey dependency, CancellationToken cancellationToken) => Task.FromResult(IsKnown(dependency));

    public Delivery ComposeImport(EntityKey dependency) => CostScenario.ComposeImport(dependency);
}
