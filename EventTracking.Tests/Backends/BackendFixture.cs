using EventTracking.Core.Events;
using EventTracking.Core.Intake;
using EventTracking.Core.Payloads;
using EventTracking.Core.Queue;
using EventTracking.Stock.Catalog;

namespace EventTracking.Tests.Backends;

/// <summary>
/// The stores of one backend, as the contract suites see them. It is shared by a suite's tests, so every test works with
/// ids, functions and entities of its own.
/// </summary>
public abstract class BackendFixture : IAsyncLifetime
{
    internal abstract IEventLedger Ledger { get; }

    internal abstract IWorkQueue Queue { get; }

    internal abstract IIntakeStore Intake { get; }

    internal abstract IPayloadArchive Archive { get; }

    internal abstract IProductCatalog Catalog { get; }

    /// <summary>The stores' time.</summary>
    public abstract DateTimeOffset Now { get; }

    /// <summary>Lets time pass for the stores; a backend whose clock cannot be set waits as long.</summary>
    public abstract ValueTask PassAsync(TimeSpan time);

    public abstract ValueTask InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        await CleanUpAsync();
        GC.SuppressFinalize(this);
    }

    protected abstract ValueTask CleanUpAsync();
}
