using System.Collections.Concurrent;
using System.Text;
using EventTracking.Tests.Api;
using EventTracking.Tests.Api.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EventTracking.Tests.Observability;

/// <summary>What hosts other than Lambda send where an endpoint is set.</summary>
[Collection(nameof(TraceCollection))]
public sealed class OtlpTests
{
    [Fact]
    public async Task Traces_and_metrics_go_to_the_endpoint_without_the_key_in_a_path()
    {
        var bodies = new ConcurrentQueue<(string Path, string Body)>();
        await using var receiver = Receiver(bodies);
        await receiver.StartAsync(TestContext.Current.CancellationToken);
        var service = await ApiFixture.StartAsync(settings: new()
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.Urls.First(),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        });
        using (var delivery = Deliveries.Brightpearl("""{"accountCode":"example"}"""))
        using (await service.Anonymous.SendAsync(delivery, TestContext.Current.CancellationToken))
        {
        }

        // What is left is sent at the end. A caller has its answer before the span of its request ends; a stop waits for that.
        await service.Services.GetRequiredService<IHost>().StopAsync(TestContext.Current.CancellationToken);
        await service.DisposeAsync();

        var sent = string.Concat(bodies.Select(body => body.Body));
        Assert.Equal(["/v1/metrics", "/v1/traces"], bodies.Select(body => body.Path).Distinct().Order());
        Assert.Contains("POST /webhooks/brightpearl/{key}", sent, StringComparison.Ordinal);
        Assert.Contains("events.received", sent, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", sent, StringComparison.Ordinal);
    }

    private static WebApplication Receiver(ConcurrentQueue<(string Path, string Body)> bodies)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            bodies.Enqueue((context.Request.Path.Value!, Encoding.Latin1.GetString(body.ToArray())));
        });
        return app;
    }
}
