using System.Diagnostics.Metrics;
using EventTracking.Core.Observability;

namespace EventTracking.Stock.Observability;

/// <summary>The instruments of the stock integration, declared in one place so that their names stay one vocabulary.</summary>
internal sealed class StockMetrics
{
    public const string Status = "status";

    private readonly Meter meter;
    private readonly Counter<long> driftFound;
    private readonly Counter<long> driftCorrected;

    public StockMetrics(IMeterFactory meters)
    {
        meter = meters.Create(EventTrackingMeter.Name);
        driftFound = meter.CreateCounter<long>("drift.found", "{product}", "Products sent to be corrected, since their quantities differ");
        driftCorrected = meter.CreateCounter<long>("drift.corrected", "{product}", "Quantities that a reconciliation corrected");
    }

    /// <summary>HTTP calls of a connector, by status.</summary>
    public Counter<long> CreateCalls(string connector) => meter.CreateCounter<long>($"{connector}.calls", "{call}", "HTTP calls, by status");

    /// <summary>Calls of a connector that the other side throttled.</summary>
    public Counter<long> CreateThrottles(string connector) => meter.CreateCounter<long>($"{connector}.throttles", "{call}", "Calls answered with a throttle");

    public void DriftFound(int products)
    {
        if (products > 0)
        {
            driftFound.Add(products);
        }
    }

    public void DriftCorrected() => driftCorrected.Add(1);
}
