using System.Text;
using EventTracking.Core;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Intake;
using EventTracking.Core.Secrets;
using EventTracking.Testing;
using EventTracking.Testing.Functions;
using EventTracking.Tests.Sandbox;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Tests.Functions;

/// <summary>The harness with what the tests of the engine need: a clock that is observed, a planted secret and entities to wait for.</summary>
internal sealed class EngineHost : IAsyncDisposable
{
    public const string Secret = "planted-secret-value";

    private readonly FunctionHarness harness;

    public EngineHost(Action<IServiceCollection> configure) => harness = new FunctionHarness(
        (services, _) =>
        {
            services.AddSingleton(new SecretRedactor([Secret]));
            services.AddSingleton(Dependencies);
            services.AddDependencyKind<KnownEntities>("product").AddDependencyKind<KnownEntities>(KnownEntities.Broken.Kind);
            configure(services);
        },
        new FunctionHarnessOptions { Time = Time });

    /// <summary>A function under test, on its own queue and route.</summary>
    public EngineHost(ProbeFunction function, FunctionSettings? settings = null)
        : this(services => services
            .AddSingleton(new RegisteredFunction("probe", settings ?? new FunctionSettings(), () => function))
            .AddRoute("test", "probe", "probe"))
    {
    }

    public ObservedTime Time { get; } = new(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero));

    public KnownEntities Dependencies { get; } = new();

    public string DataPath => harness.DataPath;

    public IEventLedger Ledger => harness.Ledger;

    public T Get<T>()
        where T : notnull => harness.Get<T>();

    public Task<EventId> SendAsync(string deliveryId, string body = "{}", EntityKey? entity = null, string topic = "probe", bool unique = true) =>
        harness.SendAsync(Delivery(deliveryId, body, entity, topic, unique), TestContext.Current.CancellationToken);

    public Delivery Delivery(string deliveryId, string body = "{}", EntityKey? entity = null, string topic = "probe", bool unique = true) => new()
    {
        Source = "test",
        Account = "account",
        Topic = topic,
        DeliveryId = deliveryId,
        DeliveryIdIsUnique = unique,
        TriggeredAt = Time.GetUtcNow(),
        Entity = entity,
        Headers = new Dictionary<string, string> { ["content-type"] = "application/json" },
        Body = Encoding.UTF8.GetBytes(body),
    };

    /// <summary>Runs one batch of a function, if there is one now.</summary>
    public Task<int> RunAsync(string function = "probe") => harness.RunBatchAsync(function, TestContext.Current.CancellationToken);

    public Task<EventRecord> FindAsync(EventId id) => harness.FindAsync(id, TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => harness.DisposeAsync();
}
