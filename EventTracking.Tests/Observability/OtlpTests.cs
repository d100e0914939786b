using EventTracking.Tests.Api;
using EventTracking.Tests.Api.Webhooks;
using EventTracking.Tests.Hosting;

namespace EventTracking.Tests.Observability;

/// <summary>What hosts other than Lambda send if an endpoint is set.</summary>
[Collection(nameof(TraceCollection))]
public sealed class OtlpTests
{
    [Fact]
    public async Task Traces_and_metrics_go_to_the_endpoint_without_the_key_in_a_path()
    {
        await using var receiver = await OtherSide.StartAsync();
        var service = await ApiFixture.StartAsync(settings: new()
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.Address.ToString(),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        });
        using (var delivery = Deliveries.Brightpearl("""{"accountCode":"example"}"""))
        using (await service.Anonymous.SendAsync(delivery, TestContext.Current.CancellationToken))
        {
        }

        // A span ends after the response was read, and the rest is sent at shutdown, so only stopping the service waits for both.
        await service.StopAsync();
        await service.DisposeAsync();

        var sent = string.Concat(receiver.Requests.Select(request => request.Body));
        Assert.Equal(["/v1/metrics", "/v1/traces"], receiver.Requests.Select(request => request.Path).Distinct().Order());
        Assert.Contains("POST /webhooks/brightpearl/{key}", sent, StringComparison.Ordinal);
        Assert.Contains("events.received", sent, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", sent, StringComparison.Ordinal);
    }
}
