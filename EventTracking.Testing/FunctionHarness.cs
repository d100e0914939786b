using EventTracking.Core;
using EventTracking.Core.Backends.Embedded;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Intake;
using EventTracking.Core.Payloads;
using EventTracking.Core.Processing;
using EventTracking.Core.Recovery;
using EventTracking.Core.Replay;
using EventTracking.Core.Resilience;
using EventTracking.Testing.Files;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace EventTracking.Testing;

/// <summary>
/// Runs tracked functions on the real engine and its embedded backend, in a temporary folder. The clock stands still until the
/// test moves it, and randomness comes from a seed, so a test that passes once passes always. Nothing runs on its own: the test
/// sends deliveries, runs what is due and reads what became of the events.
/// </summary>
/// <remarks>Time stands still while functions run: a handler that waits on the <see cref="TimeProvider"/> waits until the test advances <see cref="Time"/>.</remarks>
public sealed class FunctionHarness : IAsyncDisposable
{
    private const int MaxRounds = 1000;
    private const int PageSize = 100;

    private readonly TemporaryFolder folder;
    private readonly bool ownsFolder;
    private readonly ServiceProvider services;

    /// <summary>Composes the engine with the functions under test.</summary>
    /// <param name="configure">
    /// Registers functions, routes, kinds of dependencies and records as a host does, with <see cref="EventTrackingExtensions"/> or with
    /// the integration's own <c>Add…</c> method, and also stand-ins for the systems that functions call.
    /// </param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="OptionsValidationException">A setting is not valid.</exception>
    public FunctionHarness(Action<IServiceCollection, IConfiguration> configure, FunctionHarnessOptions? options = null)
    {
        options ??= new FunctionHarnessOptions();
        Time = options.Time ?? new FakeTimeProvider(options.Start);
        (folder, ownsFolder) = (options.Folder ?? new TemporaryFolder(), options.Folder is null);
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(options.Settings)
            .AddInMemoryCollection([new("EventTracking:DataPath", folder.Path)])
            .Build();
        var collection = new ServiceCollection();
        collection.AddSingleton<IConfiguration>(configuration);
        collection.AddLogging();
        collection.AddSingleton<TimeProvider>(Time);
        collection.AddSingleton(options.Random ?? new SeededRandom(options.Seed));
        collection.AddEventTracking(configuration);
        collection.AddEmbeddedBackend();
        configure(collection, configuration);
        services = collection.BuildServiceProvider();
        services.GetService<IStartupValidator>()?.Validate();
    }

    /// <summary>The engine's clock. It stands still until the test advances it.</summary>
    public FakeTimeProvider Time { get; }

    /// <summary>The container, for services that the test registered, and for the engine's public ones.</summary>
    public IServiceProvider Services => services;

    internal string DataPath => folder.Path;

    internal IEventLedger Ledger => Get<IEventLedger>();

    /// <summary>Brings in a delivery, as a webhook does. It is durable when this returns; nothing has run yet.</summary>
    /// <returns>The event's id; that of the first delivery, if this one repeats it.</returns>
    public async Task<EventId> SendAsync(Delivery delivery, CancellationToken cancellationToken = default) =>
        (await Get<EventIntake>().AcceptAsync(delivery, cancellationToken)).Id;

    /// <summary>Runs one batch of a function, of the events that are due now.</summary>
    /// <param name="function">The name under which the function is registered.</param>
    /// <param name="cancellationToken">Stops receiving; a batch that began runs to its end.</param>
    /// <returns>The number of items in the batch; 0 if none was due.</returns>
    /// <exception cref="ArgumentException">No function has this name.</exception>
    public Task<int> RunBatchAsync(string function, CancellationToken cancellationToken = default)
    {
        var registry = Get<FunctionRegistry>();
        var registered = registry.Find(function)
            ?? throw new ArgumentException($"No function is registered as '{function}'. Registered are: {string.Join(", ", registry.Names.Order(StringComparer.Ordinal))}.", nameof(function));
        return Get<BatchPump>().RunAsync(registered, TimeSpan.Zero, cancellationToken);
    }

    /// <summary>Sweeps once, as hosts do every few minutes: releases, expires and resends what a crash or an outage left behind.</summary>
    /// <returns>Whether the sweep changed anything.</returns>
    public async Task<bool> SweepAsync(CancellationToken cancellationToken = default) => await Get<Sweeper>().SweepAsync(cancellationToken) != default;

    /// <summary>
    /// Runs batches of all functions and sweeps, until nothing is due at the present time. Events in a backoff stay
    /// <see cref="EventStatus.Retrying"/>: advance <see cref="Time"/> to their <see cref="TrackedEvent.RetryAt"/> and call this again.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is still something to do after 1,000 rounds: functions keep causing each other's events.</exception>
    public async Task RunToRestAsync(CancellationToken cancellationToken = default)
    {
        var functions = Get<FunctionRegistry>().Names.Order(StringComparer.Ordinal).ToList();
        for (var round = 0; round < MaxRounds; round++)
        {
            // First, since a sweep may also ask for an import.
            var changed = await SweepAsync(cancellationToken);
            foreach (var function in functions)
            {
                changed |= await RunBatchAsync(function, cancellationToken) > 0;
            }

            if (!changed)
            {
                return;
            }
        }

        throw new InvalidOperationException($"There is still something to do after {MaxRounds} rounds of batches. Functions may keep causing each other's events.");
    }

    /// <summary>Replays an event, as an operator does who also forces the replay of events that succeeded. It runs with the next batch.</summary>
    /// <exception cref="InvalidOperationException">The event is unknown or cannot be replayed.</exception>
    public async Task ReplayAsync(EventId id, CancellationToken cancellationToken = default)
    {
        var result = await Get<Replayer>().ReplayAsync(id, "test", reason: null, force: true, cancellationToken);
        if (result is not ReplayResult.Sent)
        {
            throw new InvalidOperationException($"The event {id} was not replayed: {result}.");
        }
    }

    /// <summary>Returns the current state of an event.</summary>
    /// <exception cref="InvalidOperationException">The event is unknown.</exception>
    public async Task<TrackedEvent> GetAsync(EventId id, CancellationToken cancellationToken = default)
    {
        var record = await FindAsync(id, cancellationToken);
        return new TrackedEvent(record, await ReadAsync(record, cancellationToken));
    }

    /// <summary>Returns all events, oldest first.</summary>
    public async Task<IReadOnlyList<TrackedEvent>> ListAsync(CancellationToken cancellationToken = default)
    {
        var found = new List<TrackedEvent>();
        var query = new EventQuery { Limit = PageSize };
        while (true)
        {
            var page = await Ledger.ListAsync(query, cancellationToken);
            foreach (var summary in page.Events)
            {
                found.Add(await GetAsync(summary.Event.Id, cancellationToken));
            }

            if (page.Next is not { } next)
            {
                found.Reverse();
                return found;
            }

            query = query with { Before = next };
        }
    }

    /// <summary>Closes the engine and deletes its folder.</summary>
    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        if (ownsFolder)
        {
            folder.Dispose();
        }
    }

    internal T Get<T>()
        where T : notnull => services.GetRequiredService<T>();

    internal async Task<EventRecord> FindAsync(EventId id, CancellationToken cancellationToken) =>
        await Ledger.FindAsync(id, cancellationToken) ?? throw new InvalidOperationException($"There is no event {id}.");

    private async Task<PayloadRecord> ReadAsync(EventRecord record, CancellationToken cancellationToken) =>
        await Get<IPayloadArchive>().ReadAsync(record.Payload!, cancellationToken) is PayloadRead.Available(var payload)
            ? payload
            : throw new InvalidOperationException($"The payload of the event {record.Id} cannot be read.");
}
