using System.Collections.Concurrent;
using System.Text;
using EventTracking.Core;
using EventTracking.Core.Backends.Embedded;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Intake;
using EventTracking.Core.Observability;
using EventTracking.Core.Payloads;
using EventTracking.Core.Processing;
using EventTracking.Core.Queue;
using EventTracking.Core.Secrets;
using EventTracking.Core.Waiting;
using EventTracking.Tests.Sandbox;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace EventTracking.Tests.Functions;

/// <summary>
/// The real engine on the real embedded backend, with functions of the test's own and no host: the test says when a batch runs,
/// and what time it is.
/// </summary>
internal sealed class EngineHost : IAsyncDisposable
{
    public const string Secret = "planted-secret-value";

    private readonly IHost host;
    private readonly string folder = Directory.CreateTempSubdirectory("engine-").FullName;

    private EngineHost(Action<IServiceCollection> configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["EventTracking:DataPath"] = folder });
        builder.Services.AddSingleton<TimeProvider>(Time);
        builder.Services.AddSingleton(new SecretRedactor([Secret]));
        builder.Services.AddSingleton(Dependencies);
        builder.Services.AddDependencyKind<KnownEntities>("product").AddDependencyKind<KnownEntities>(KnownEntities.Broken.Kind);
        builder.Services.AddEventTracking(builder.Configuration);
        builder.Services.AddEmbeddedBackend();
        configure(builder.Services);
        host = builder.Build();
    }

    public ObservedTime Time { get; } = new(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero));

    public KnownEntities Dependencies { get; } = new();

    public string DataPath => folder;

    public IEventLedger Ledger => Get<IEventLedger>();

    public static async Task<EngineHost> StartAsync(Action<IServiceCollection> configure)
    {
        var engine = new EngineHost(configure);
        await engine.host.StartAsync(TestContext.Current.CancellationToken);
        return engine;
    }

    /// <summary>A function under test, on its own queue and route.</summary>
    public static Task<EngineHost> StartAsync(ProbeFunction function, FunctionSettings? settings = null) => StartAsync(services =>
    {
        services.AddSingleton(new RegisteredFunction("probe", settings ?? new FunctionSettings(), () => function));
        services.AddRoute("test", "probe", "probe");
    });

    public T Get<T>()
        where T : notnull => host.Services.GetRequiredService<T>();

    public async Task<EventId> SendAsync(string deliveryId, string body = "{}", EntityKey? entity = null, string topic = "probe", bool unique = true) =>
        (await Get<EventIntake>().AcceptAsync(Delivery(deliveryId, body, entity, topic, unique), TestContext.Current.CancellationToken)).Id;

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
    public Task<int> RunAsync(string function = "probe") =>
        Get<BatchPump>().RunAsync(Get<FunctionRegistry>().Find(function)!, TimeSpan.Zero, TestContext.Current.CancellationToken);

    public async Task<EventRecord> FindAsync(EventId id) =>
        await Ledger.FindAsync(id, TestContext.Current.CancellationToken) ?? throw new InvalidOperationException($"There is no event {id}.");

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync(CancellationToken.None);
        host.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}

/// <summary>A function whose handler the test gives.</summary>
internal sealed class ProbeFunction(Func<string, EventContext, CancellationToken, Task<Outcome>> handle) : TrackedFunction<string>
{
    public bool Trigger { get; init; }

    public Func<Exception, Failure, Failure>? Describe { get; init; }

    protected internal override bool IsNotification => Trigger;

    protected internal override Failure DescribeFailure(Exception exception, EventContext context)
    {
        var failure = base.DescribeFailure(exception, context);
        return Describe is null ? failure : Describe(exception, failure);
    }

    protected override string ReadMessage(PayloadRecord payload, EventMetadata metadata) => Encoding.UTF8.GetString(payload.Body.Span);

    protected override Task<Outcome> HandleAsync(string message, EventContext context, CancellationToken cancellationToken) =>
        handle(message, context, cancellationToken);
}

/// <summary>Entities that exist because the test says so; their import is an event of the topic <c>import</c>.</summary>
internal sealed class KnownEntities : IDependencyKind
{
    private readonly ConcurrentDictionary<EntityKey, bool> known = new();

    /// <summary>An entity whose look-up fails in a way that nobody foresaw.</summary>
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
