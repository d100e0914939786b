using System.Globalization;
using EventTracking.Core;
using EventTracking.Core.Activities;
using EventTracking.Core.Backends.Embedded;
using EventTracking.Core.Backends.Embedded.Activities;
using EventTracking.Core.Backends.Embedded.Intake;
using EventTracking.Core.Backends.Embedded.Ledger;
using EventTracking.Core.Backends.Embedded.Payloads;
using EventTracking.Core.Backends.Embedded.Queue;
using EventTracking.Core.Backends.Embedded.Records;
using EventTracking.Core.Backends.Embedded.Recovery;
using EventTracking.Core.Backends.Embedded.Replay;
using EventTracking.Core.Backends.Embedded.Storage;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Intake;
using EventTracking.Core.Payloads;
using EventTracking.Core.Queue;
using EventTracking.Core.Records;
using EventTracking.Core.Recovery;
using EventTracking.Core.Replay;
using EventTracking.Core.Resilience;
using EventTracking.Testing.Simulation.Ports;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Testing.Simulation;

/// <summary>
/// The product as one process: the real engine and embedded backend and an integration, with every port at the other end of a
/// simulated network. It can end at any moment, as if by <c>kill -9</c>; the next process opens what is on the disk at that moment.
/// </summary>
internal sealed class SimulatedProcess
{
    private readonly string folder;
    private readonly ServiceProvider services;
    private readonly Action<SimulatedProcess> ended;

    /// <param name="folder">Its disk.</param>
    /// <param name="world">The world that outlives it.</param>
    /// <param name="settings">The settings of the integration.</param>
    /// <param name="addIntegration">Adds the integration, and the stand-ins for the systems that it calls.</param>
    /// <param name="ended">Called when the process ends because of a fault or a step.</param>
    public SimulatedProcess(
        string folder, SimulatedWorld world, IReadOnlyDictionary<string, string?> settings, Action<SimulatedProcess, IServiceCollection, IConfiguration> addIntegration, Action<SimulatedProcess> ended)
    {
        this.folder = folder;
        this.ended = ended;
        Clock = new ProcessClock(world.Timeline, () => IsAlive);
        services = Compose(world, settings, addIntegration);
        _ = Store;
        Work = new ProcessWork(this, world);
    }

    public bool IsAlive { get; private set; } = true;

    public TimeProvider Clock { get; }

    public ProcessWork Work { get; }

    public EmbeddedStore Store => Get<EmbeddedStore>();

    /// <summary>The ledger itself, without the network.</summary>
    public EmbeddedLedger Ledger => Get<EmbeddedLedger>();

    public T Get<T>()
        where T : notnull => services.GetRequiredService<T>();

    /// <summary>Ends the process immediately. Nothing that it was about to do happens.</summary>
    public void End()
    {
        if (IsAlive)
        {
            IsAlive = false;
            ended(this);
        }
    }

    /// <summary>Copies the disk as a new process would find it now: the database with its log, and the segments.</summary>
    public void CopyDisk(string target)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            if (Path.GetFileName(file) is "events.db" or "events.db-wal" || file.EndsWith(".jsonl.gz", StringComparison.Ordinal))
            {
                var copy = Path.Combine(target, Path.GetRelativePath(folder, file));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy);
            }
        }
    }

    /// <summary>Frees all resources without a notification.</summary>
    public void Dispose()
    {
        IsAlive = false;
        services.DisposeAsync().AsTask().GetAwaiter().GetResult();
        Directory.Delete(folder, recursive: true);
    }

    public EventRecord? Find(EventId id) => Store.Read(database => LedgerTable.Find(database, id)?.Record);

    public PayloadRead Read(PayloadPointer pointer) => Get<EmbeddedPayloadArchive>().ReadAsync(pointer, CancellationToken.None).GetAwaiter().GetResult();

    public bool HasItem(EventId id) => Count("SELECT count(*) FROM queue q JOIN events e ON e.row = q.event_row WHERE e.id = ?", id.ToString()) > 0;

    public bool IsRequeued(EventId id) => Count("SELECT count(*) FROM events WHERE id = ? AND requeued = 1", id.ToString()) > 0;

    public long Count(string sql, string? argument = null) => Store.Read(database =>
    {
        using var statement = database.Use(sql);
        if (argument is not null)
        {
            statement.Bind(argument);
        }

        statement.Step();
        return statement.GetNumber(0);
    });

    public IReadOnlyList<EventId> AllEvents() => Ids("SELECT id FROM events NOT INDEXED ORDER BY row");

    public IReadOnlyList<EventId> EventsOf(EventStatus status) => Ids($"SELECT id FROM events NOT INDEXED WHERE status = {(int)status} ORDER BY id");

    private List<EventId> Ids(string sql) => Store.Read(database =>
    {
        using var statement = database.Use(sql);
        var found = new List<EventId>();
        while (statement.Step())
        {
            found.Add(EventId.Parse(statement.GetText(0)));
        }

        return found;
    });

    private ServiceProvider Compose(SimulatedWorld world, IReadOnlyDictionary<string, string?> settings, Action<SimulatedProcess, IServiceCollection, IConfiguration> addIntegration)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).AddInMemoryCollection([new("EventTracking:DataPath", folder)]).Build();
        var composed = new ServiceCollection();
        composed.AddLogging();
        composed.AddSingleton<IConfiguration>(configuration);
        composed.AddSingleton(Clock);
        composed.AddSingleton<RandomSource>(new SeededChance(world.Luck, world.Timeline));
        addIntegration(this, composed, configuration);
        composed.AddEventTracking(configuration);
        composed.AddEmbeddedBackend();

        composed.AddSingleton<EmbeddedLedger>();
        composed.AddSingleton<EmbeddedQueue>();
        composed.AddSingleton<EmbeddedDeadLetters>();
        composed.AddSingleton<EmbeddedIntakeStore>();
        composed.AddSingleton<EmbeddedPayloadArchive>();
        composed.AddSingleton<EmbeddedRecordStore>();
        composed.AddSingleton<EmbeddedSweepPosition>();
        composed.AddSingleton<EmbeddedActivityStore>();
        composed.AddSingleton<EmbeddedPlanStore>();
        var calls = world.Calls;
        composed.AddSingleton<IEventLedger>(real => new SimulatedLedger(real.GetRequiredService<EmbeddedLedger>(), calls, this, world.Witness));
        composed.AddSingleton<IWorkQueue>(real => new SimulatedQueue(real.GetRequiredService<EmbeddedQueue>(), real.GetRequiredService<EmbeddedPayloadArchive>(), calls, this, world.Redeliveries));
        composed.AddSingleton<IDeadLetters>(real => new SimulatedDeadLetters(real.GetRequiredService<EmbeddedDeadLetters>(), calls, this));
        composed.AddSingleton<IIntakeStore>(real => new SimulatedIntakeStore(real.GetRequiredService<EmbeddedIntakeStore>(), calls, this, world.Witness));
        composed.AddSingleton<IPayloadArchive>(real => new SimulatedArchive(real.GetRequiredService<EmbeddedPayloadArchive>(), calls, this));
        composed.AddSingleton<IRecordStore>(real => new SimulatedRecordStore(real.GetRequiredService<EmbeddedRecordStore>(), calls, this, world.SeeWrite));
        composed.AddSingleton<IActivityStore>(real => new SimulatedActivityStore(real.GetRequiredService<EmbeddedActivityStore>(), calls, this));
        composed.AddSingleton<IPlanStore>(real => new SimulatedPlanStore(real.GetRequiredService<EmbeddedPlanStore>(), calls, this));
        composed.AddSingleton<ISweepPosition>(real => new SimulatedSweepPosition(real.GetRequiredService<EmbeddedSweepPosition>(), calls, this));
        return composed.BuildServiceProvider();
    }
}
