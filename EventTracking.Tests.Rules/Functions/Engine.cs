using System.Text;
using EventTracking.Core;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Intake;
using EventTracking.Core.Queue;
using EventTracking.Core.Waiting;
using EventTracking.Testing;
using EventTracking.Testing.Functions;
using EventTracking.Tests.Rules.Events;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace EventTracking.Tests.Rules.Functions;

/// <summary>The harness, without jitter and with what the tests of rules send and look at.</summary>
internal sealed class Engine : IAsyncDisposable
{
    private readonly FunctionHarness harness;

    public Engine(Action<IServiceCollection, IConfiguration> configure, params (string Key, string Value)[] settings) =>
        harness = new FunctionHarness(configure, new FunctionHarnessOptions
        {
            Start = Given.Now,
            Random = new FixedRandom(0.5),
            Settings = settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value),
        });

    /// <summary>An engine with one function of the test's own, whose events are of the topic <c>probe</c>.</summary>
    public Engine(ProbeFunction function, FunctionSettings? settings = null, IDependencyKind? product = null)
        : this((services, _) => services
            .AddSingleton(new RegisteredFunction("probe", settings ?? new FunctionSettings(), () => function))
            .AddSingleton(new DependencyKindRegistration("product", _ => product ?? throw new NotSupportedException("Nothing here waits.")))
            .AddRoute("test", "probe", "probe"))
    {
    }

    public FakeTimeProvider Time => harness.Time;

    public IEventLedger Ledger => harness.Ledger;

    public T Get<T>()
        where T : notnull => harness.Get<T>();

    public Task<EventId> SendAsync(string body, EntityKey? entity = null) => harness.SendAsync(
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
        TestContext.Current.CancellationToken);

    /// <summary>Runs one batch of the function; how many items it had.</summary>
    public Task<int> RunAsync(string function = "probe") => harness.RunBatchAsync(function, TestContext.Current.CancellationToken);

    /// <summary>Runs all functions and sweeps until nothing is due at the present time.</summary>
    public Task RunToRestAsync() => harness.RunToRestAsync(TestContext.Current.CancellationToken);

    public Task<EventRecord> FindAsync(EventId id) => harness.FindAsync(id, TestContext.Current.CancellationToken);

    public Task<QueueDepth> DepthAsync(string function) => Get<IWorkQueue>().GetDepthAsync(function, TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => harness.DisposeAsync();
}
