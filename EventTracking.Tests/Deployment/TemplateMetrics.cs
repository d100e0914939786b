using System.Diagnostics.Metrics;
using System.Text.Json.Nodes;
using EventTracking.Api.Observability.Emf;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Intake;
using EventTracking.Core.Observability;
using EventTracking.Stock.Observability;
using EventTracking.Tests.Observability;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Tests.Deployment;

/// <summary>The metrics that the product can write, by its own instruments and exporter, as <c>name dimension=value …</c>.</summary>
internal static class TemplateMetrics
{
    public static async Task<HashSet<string>> WrittenByAsync(IServiceProvider product, string metricNamespace, IReadOnlyList<string> services)
    {
        var metrics = product.GetRequiredService<EventTrackingMetrics>();
        var functions = product.GetRequiredService<FunctionRegistry>().Names.ToList();
        var sources = product.GetServices<EventRoute>().Select(route => route.Source).Distinct().ToList();
        HashSet<string> written = [];
        foreach (var service in services)
        {
            using var output = new LineCollector();
            using var exporter = new EmfExporter(product.GetRequiredService<IMeterFactory>(), new EmfLines(metricNamespace, service, TimeProvider.System), output.WriteLine, flushesBeforeStart: 0);
            Measure(metrics, product.GetRequiredService<StockMetrics>(), sources, functions);
            await exporter.FlushAsync(TestContext.Current.CancellationToken);
            written.UnionWith(output.Lines.Select(EmfFormat.Check).SelectMany(Names));
        }

        return written;
    }

    private static void Measure(EventTrackingMetrics metrics, StockMetrics stock, List<string> sources, List<string> functions)
    {
        foreach (var function in functions)
        {
            foreach (var source in sources)
            {
                metrics.Received(source, function);
                metrics.Duplicate(source, function);
                foreach (var status in Enum.GetValues<EventStatus>())
                {
                    metrics.Ended(source, function, status.ToText(), TimeSpan.Zero);
                }
            }

            metrics.Completed(function, TimeSpan.Zero);
            metrics.Queued(function, TimeSpan.Zero);
            metrics.Replayed(function, "replay");
            metrics.Fenced(function);
            metrics.FailureGroup(function, cameBack: false);
        }

        foreach (var connector in (string[])["shopify", "brightpearl"])
        {
            stock.CreateCalls(connector).Add(1);
            stock.CreateThrottles(connector).Add(1);
        }

        stock.DriftFound(1);
        stock.DriftCorrected();
    }

    private static IEnumerable<string> Names(JsonObject line) =>
        from directive in line["_aws"]!["CloudWatchMetrics"]!.AsArray()
        from dimensions in directive!["Dimensions"]!.AsArray()
        from metric in directive["Metrics"]!.AsArray()
        select $"{metric!["Name"]} {string.Join(' ', dimensions!.AsArray().Select(dimension => $"{dimension}={line[(string)dimension!]}"))}";
}
