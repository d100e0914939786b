using System.Diagnostics.Metrics;
using System.Text.Json.Nodes;
using EventTracking.Api.Observability.Emf;
using EventTracking.Core.Activities;
using EventTracking.Core.Observability;
using EventTracking.Stock.Observability;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Tests.Observability;

public sealed class EmfTests : IAsyncDisposable
{
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().AddSingleton<EventTrackingMetrics>().AddSingleton(new ActivityCounters()).AddSingleton<StockMetrics>().BuildServiceProvider();
    private readonly LineCollector output = new();

    private EventTrackingMetrics Metrics => services.GetRequiredService<EventTrackingMetrics>();

    private StockMetrics Stock => services.GetRequiredService<StockMetrics>();

    [Fact]
    public async Task A_batch_is_one_line()
    {
        using var exporter = Exporter();
        for (var number = 0; number < 10; number++)
        {
            Metrics.Queued("stock-sync", TimeSpan.FromMilliseconds(850 + number));
            Stock.CreateCalls("shopify").Add(1);
            Stock.CreateCalls("brightpearl").Add(1);
            Metrics.Ended("brightpearl", "stock-sync", "succeeded", TimeSpan.FromMilliseconds(120.4));
            Metrics.Completed("stock-sync", TimeSpan.FromMilliseconds(1000));
        }

        var line = EmfFormat.Check(Assert.Single(await FlushAsync(exporter)));

        Assert.Equal(("brightpearl", "stock-sync", "test-service"), ((string)line["source"]!, (string)line["function"]!, (string)line["service"]!));
        Assert.Equal((10, 10, 10), ((int)line["Succeeded"]!, (int)line["ShopifyCalls"]!, (int)line["BrightpearlCalls"]!));
        Assert.Equal(Enumerable.Repeat(120, 10), line["HandlerTime"]!.AsArray().Select(value => (int)value!));
        Assert.Equal(Enumerable.Range(850, 10), line["QueueAge"]!.AsArray().Select(value => (int)value!));
        Assert.Equal("[[\"source\",\"function\"]] [[\"function\"]] [[\"service\"]]", string.Join(' ', Directives(line).Select(directive => directive["Dimensions"]!.ToJsonString())));
        TestContext.Current.SendDiagnosticMessage("A line of a batch of ten has {0} bytes: {1}", output.Text.Length, output.Text);
    }

    [Fact]
    public async Task Each_source_has_a_line_and_the_service_counts_once()
    {
        using var exporter = Exporter();
        Metrics.Ended("brightpearl", "stock-sync", "failed", TimeSpan.Zero);
        Metrics.Ended("fan-out", "stock-sync", "failed", TimeSpan.Zero);
        Metrics.Received("fan-out", "stock-sync");

        var lines = (await FlushAsync(exporter)).ConvertAll(EmfFormat.Check);

        Assert.Equal(["brightpearl", "fan-out"], lines.Select(line => (string)line["source"]!).Order());
        Assert.Equal(2, lines.Sum(line => (int?)line["Failures"] ?? 0));
        Assert.Equal(2, lines.Sum(line => (int?)line["Failed"] ?? 0));
        Assert.Equal(2, lines.Sum(line => line["HandlerTime"]?.AsArray().Count ?? 0));
        Assert.Equal(1, lines.Sum(line => (int?)line["Received"] ?? 0));
    }

    [Fact]
    public async Task More_than_a_hundred_values_take_more_lines_and_counts_stay_in_the_first()
    {
        using var exporter = Exporter();
        for (var number = 0; number < 250; number++)
        {
            Metrics.Ended("shopify", "inventory-observed", "succeeded", TimeSpan.FromMilliseconds(number));
        }

        var lines = (await FlushAsync(exporter)).ConvertAll(EmfFormat.Check);

        Assert.Equal([100, 100, 50], lines.Select(line => line["HandlerTime"]!.AsArray().Count));
        Assert.Equal(250, lines.Sum(line => (int?)line["Succeeded"] ?? 0));
    }

    [Fact]
    public async Task Every_outcome_and_every_measurement_has_a_metric()
    {
        using var exporter = Exporter();
        foreach (var status in (string[])["succeeded", "retrying", "failed", "waiting", "superseded", "ignored"])
        {
            Metrics.Ended("shopify", "f", status, TimeSpan.Zero);
        }

        Metrics.Received("shopify", "f");
        Metrics.Duplicate("shopify", "f");
        Metrics.Replayed("f", "replay");
        Metrics.Fenced("f");
        Metrics.Postponed("f");
        Metrics.Queued("f", TimeSpan.FromSeconds(-1));
        Metrics.Completed("f", TimeSpan.Zero);
        Stock.CreateCalls("shopify").Add(1);
        Stock.CreateThrottles("shopify").Add(1);
        Stock.DriftFound(3);
        Stock.DriftCorrected();

        var line = EmfFormat.Check(Assert.Single(await FlushAsync(exporter)));

        Assert.Equal(
            ["CompletionTime", "DriftCorrected", "DriftFound", "Duplicates", "Failed", "Failures", "Fenced", "HandlerTime", "Ignored", "Postponed", "QueueAge", "Received", "Replayed", "Retried", "ShopifyCalls", "ShopifyThrottles", "Succeeded", "Superseded", "Waiting"],
            Directives(line).SelectMany(directive => directive[nameof(Metrics)]!.AsArray().Select(metric => (string)metric!["Name"]!)).Order());
    }

    [Fact]
    public async Task Nothing_measured_is_no_line_and_a_cold_start_is_told_once()
    {
        using var exporter = Exporter(flushesBeforeStart: 1);
        Assert.Empty(await FlushAsync(exporter));

        var line = EmfFormat.Check(Assert.Single(await FlushAsync(exporter)));

        Assert.Equal(1, (int)line["ColdStart"]!);
        Assert.Empty(await FlushAsync(exporter));
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await output.DisposeAsync();
    }

    private static IEnumerable<JsonObject> Directives(JsonObject line) => line["_aws"]!["CloudWatchMetrics"]!.AsArray().Select(directive => directive!.AsObject());

    private EmfExporter Exporter(int flushesBeforeStart = -1)
    {
        var exporter = new EmfExporter(services.GetRequiredService<IMeterFactory>(), new EmfLines("EventTracking", "test-service", TimeProvider.System), output.WriteLine, flushesBeforeStart);
        _ = Metrics;
        return exporter;
    }

    private async Task<List<string>> FlushAsync(EmfExporter exporter)
    {
        output.Clear();
        await exporter.FlushAsync(TestContext.Current.CancellationToken);
        return [.. output.Lines];
    }
}
