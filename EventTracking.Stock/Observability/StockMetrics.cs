using System.Diagnostics.Metrics;
using EventTracking.Core.Activities;
using EventTracking.Core.Observability;

namespace EventTracking.Stock.Observability;

/// <summary>The instruments of the stock integration, declared in one place so that their names stay consistent.</summary>
internal sealed class StockMetrics
{
    public const string Status = "status";

    private readonly Meter meter;
    private readonly Counter<long> driftFound;
    private readonly Counter<long> driftCorrected;
    private readonly ActivityCounters counters;

    public StockMetrics(IMeterFactory meters, ActivityCounters counters)
    {
        this.counters = counters;
        meter = meters.Create(EventTrackingMeter.Name);
        driftFound = meter.CreateCounter<long>("drift.found", "{product}", "Products sent for correction because their quantities differ");
        driftCorrected = meter.CreateCounter<long>("drift.corrected", "{product}", "Quantities that a reconciliation corrected");
    }

    /// <summary>Creates the counter of a connector's HTTP calls, by status.</summary>
    public Counter<long> CreateCalls(string connector) => meter.CreateCounter<long>($"{connector}.calls", "{call}", "HTTP calls, by status");

    /// <summary>Creates the counter of a connector's calls that the called system throttled.</summary>
    public Counter<long> CreateThrottles(string connector) => meter.CreateCounter<long>($"{connector}.throttles", "{call}", "Calls that were throttled");

    public void DriftFound(int products)
    {
        if (products > 0)
        {
            driftFound.Add(products);
            counters.Add("drift.found", products);
        }
    }

    public void DriftCorrected()
    {
        driftCorrected.Add(1);
        counters.Add("drift.corrected");
    }

    /// <summary>Counts one of a connector's calls for the activity of the function that made it.</summary>
    public void Count(string connector, string what) => counters.Add($"{connector}.{what}");
}
