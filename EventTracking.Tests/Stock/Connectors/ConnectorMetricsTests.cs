using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using EventTracking.Api.Sandbox;
using EventTracking.Core.Observability;
using EventTracking.Tests.Sandbox;

namespace EventTracking.Tests.Stock.Connectors;

public sealed class ConnectorMetricsTests
{
    [Fact]
    public async Task Every_try_and_every_throttle_is_counted()
    {
        await using var app = await SandboxApp.StartAsync();
        var counted = new ConcurrentQueue<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == EventTrackingMeter.Name && ReferenceEquals(instrument.Meter.Scope, app.Meters))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) =>
            counted.Enqueue($"{instrument.Name} {string.Join(' ', tags.ToArray().Select(tag => tag.Value))}"));
        listener.Start();
        app.BrightpearlFaults.Current = new SandboxFault(SandboxFaultKind.Throttled, 1, 0.1);

        await app.SkipPausesAsync(app.Brightpearl.GetProductsAsync([1], TestContext.Current.CancellationToken));

        Assert.Equal(["brightpearl.calls 200", "brightpearl.calls 503", "brightpearl.throttles "], counted.Order());
    }
}
