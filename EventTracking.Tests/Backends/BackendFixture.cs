using EventTracking.Core.Activities;
using EventTracking.Core.Events;
using EventTracking.Core.Intake;
using EventTracking.Core.Payloads;
using EventTracking.Core.Queue;
using EventTracking.Core.Records;
using EventTracking.Core.Search;
using EventTracking.Core.Replay;
using EventTracking.Stock.Catalog;
using EventTracking.Tests.Stock.Catalog;

namespace EventTracking.Tests.Backends;

/// <summary>
/// The stores of one backend, as the contract suites see them. The tests of a suite share it, so every test uses ids,
/// functions and entities of its own.
/// </summary>
public abstract class BackendFixture : IAsyncLifetime
{
    internal abstract IEventLedger Ledger { get; }

    internal abstract IWorkQueue Queue { get; }

    internal abstract IIntakeStore Intake { get; }

    internal abstract IPayloadArchive Archive { get; }

    internal abstract IRecordStore Records { get; }

    internal abstract ISegmentStore Segments { get; }

    internal abstract IEventSearch Search { get; }

    internal abstract IActivityStore Activity { get; }

    internal abstract IPlanStore Plans { get; }

    internal ProductCatalog Catalog => Catalogs.Over(Records);

    /// <summary>The clock of the stores.</summary>
    public abstract DateTimeOffset Now { get; }

    /// <summary>Advances the clock of the stores; a backend whose clock cannot be set waits instead.</summary>
    public abstract ValueTask PassAsync(TimeSpan time);

    public abstract ValueTask InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        await CleanUpAsync();
        GC.SuppressFinalize(this);
    }

    protected abstract ValueTask CleanUpAsync();
}
