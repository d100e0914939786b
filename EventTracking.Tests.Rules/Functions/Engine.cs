using System.Text;
using EventTracking.Core;
using EventTracking.Core.Backends.Embedded;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Intake;
using EventTracking.Core.Processing;
using EventTracking.Core.Queue;
using EventTracking.Core.Resilience;
using EventTracking.Core.Waiting;
using EventTracking.Tests.Rules.Events;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace EventTracking.Tests.Rules.Functions;

/// <summary>The real engine on the real embedded backend, on a folder of its own and without a host: the test runs batches and says what time it is.</summary>
internal sealed class Engine : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("rules-").FullName;
    private readonly ServiceProvider services;

    public Engine(Action<IServiceCollection, IConfiguration> configure, params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("EventTracking:DataPath", folder), .. settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))])
            .Build();
        var collection = new ServiceCollection();
        collection.AddSingleton<IConfiguration>(configuration);
        collection.AddLogging();
        collection.AddSingleton<TimeProvider>(Time);
        collection.AddSingleton<RandomSource>(new FixedRandom(0.5));
        collection.AddEventTracking(configuration);
        collection.AddEmbeddedBackend();
        configure(collection, configuration);
        services = collection.BuildServiceProvider();
    }

    /// <summary>An engine with one function of the test's own, whose events are of the topic <c>probe</c>.</summary>
    public Engine(Probe function, FunctionSettings? settings = null, IDependencyKind? product = null)
        : this((services, _) => services
            .AddSingleton(new RegisteredFunction("probe", settings ?? new FunctionSettings(), () => function))
            .AddSingleton(new DependencyKindRegistration("product", _ => product ?? throw new NotSupportedException("Nothing here waits.")))
            .AddRoute("test", "probe", "probe"))
    {
    }

    public FakeTimeProvider Time { get; } = new(Given.Now);

    public IEventLedger Ledger => Get<IEventLedger>();

    public T Get<T>()
        where T : notnull => services.GetRequiredService<T>();

    public async Task<EventId> SendAsync(string body, EntityKey? entity = null) => (await Get<EventIntake>().AcceptAsync(
        new Delivery
        {
            Source = "test",
            Account = "account",
            Topic = "probe",
            DeliveryId = body,
            TriggeredAt = Time.GetUtcNow(),
            Entity = entity,
            Body = Encoding.UTF8.GetBytes(body),
        },
        TestContext.Current.CancellationToken)).Id;

    /// <summary>Runs one batch of the function; how many items it had.</summary>
    public Task<int> RunAsync(string function = "probe") =>
        Get<BatchPump>().RunAsync(Get<FunctionRegistry>().Find(function)!, TimeSpan.Zero, TestContext.Current.CancellationToken);

    public async Task<EventRecord> FindAsync(EventId id) => (await Ledger.FindAsync(id, TestContext.Current.CancellationToken))!;

    public Task<QueueDepth> DepthAsync(string function) => Get<IWorkQueue>().GetDepthAsync(function, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
