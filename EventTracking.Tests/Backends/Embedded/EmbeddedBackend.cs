using EventTracking.Core.Backends.Embedded;
using EventTracking.Core.Backends.Embedded.Ledger;
using EventTracking.Core.Backends.Embedded.Storage;
using EventTracking.Core.Activities;
using EventTracking.Core.Configuration;
using EventTracking.Core.Events;
using EventTracking.Core.Intake;
using EventTracking.Core.Payloads;
using EventTracking.Core.Queue;
using EventTracking.Core.Records;
using EventTracking.Core.Search;
using EventTracking.Core.Replay;
using EventTracking.Stock.Catalog;
using EventTracking.Tests.Api;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace EventTracking.Tests.Backends.Embedded;

/// <summary>The embedded backend on a folder of its own, composed as in the product.</summary>
public sealed class EmbeddedBackend : BackendFixture
{
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 23, 10, 0, 0, TimeSpan.Zero));
    private ServiceProvider? services;

    /// <summary>The folder, on which another store may be opened.</summary>
    public string DataPath { get; init; } = Path.Combine(Path.GetTempPath(), $"event-tracking-{Guid.NewGuid():N}");

    public long? MaxDatabaseBytes { get; set; }

    public override DateTimeOffset Now => time.GetUtcNow();

    internal LogCollector Logs { get; } = new();

    internal EmbeddedStore Store => Get<EmbeddedStore>();

    internal EmbeddedRetention Retention => Get<EmbeddedRetention>();

    internal override IEventLedger Ledger => Get<IEventLedger>();

    internal override IWorkQueue Queue => Get<IWorkQueue>();

    internal override IIntakeStore Intake => Get<IIntakeStore>();

    internal override IPayloadArchive Archive => Get<IPayloadArchive>();

    internal override IRecordStore Records => Get<IRecordStore>();

    internal override ISegmentStore Segments => Get<ISegmentStore>();

    internal override IEventSearch Search => Get<IEventSearch>();

    internal override IActivityStore Activity => Get<IActivityStore>();

    internal override IPlanStore Plans => Get<IPlanStore>();

    public override ValueTask PassAsync(TimeSpan time)
    {
        this.time.Advance(time);
        return ValueTask.CompletedTask;
    }

    public override ValueTask InitializeAsync()
    {
        var collection = new ServiceCollection();
        collection.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection([new("EventTracking:Embedded:MaxDatabaseBytes", MaxDatabaseBytes?.ToString(System.Globalization.CultureInfo.InvariantCulture))])
            .Build());
        collection.AddLogging(logging => logging.AddProvider(Logs));
        collection.AddSingleton<TimeProvider>(time);
        collection.Configure<EventTrackingOptions>(options => options.DataPath = DataPath);
        collection.AddEmbeddedBackend();
        services = collection.BuildServiceProvider();
        _ = Store;
        return ValueTask.CompletedTask;
    }

    /// <summary>Closes the store as a shutdown does; the folder remains.</summary>
    public async ValueTask CloseAsync()
    {
        if (services is not null)
        {
            await services.DisposeAsync();
            services = null;
        }
    }

    public async ValueTask ReopenAsync()
    {
        await CloseAsync();
        await InitializeAsync();
    }

    protected override async ValueTask CleanUpAsync()
    {
        await CloseAsync();
        if (Directory.Exists(DataPath))
        {
            Directory.Delete(DataPath, recursive: true);
        }
    }

    private T Get<T>()
        where T : notnull => (services ?? throw new InvalidOperationException("The backend is closed.")).GetRequiredService<T>();
}
