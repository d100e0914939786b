using System.Diagnostics.Metrics;
using EventTracking.Core.Observability;

namespace EventTracking.Guide;

/// <summary>The instruments of the price integration.</summary>
internal sealed class PriceMetrics(IMeterFactory meters)
{
    private readonly Counter<long> lowPrices = meters.Create(EventTrackingMeter.Name).CreateCounter<long>("prices.low", "{price}", "Prices far below the list price");

    public void LowPriceFound() => lowPrices.Add(1);
}
