using System.Diagnostics;
using System.Text.Json.Nodes;
using EventTracking.Api.Observability.XRay;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Observability;
using EventTracking.Core.Secrets;
using EventTracking.Tests.Backends;

namespace EventTracking.Tests.Observability;

/// <summary>Spans as X-Ray's daemon receives them.</summary>
[Collection(nameof(TraceCollection))]
public sealed class XRayExporterTests : IDisposable
{
    private const string Trace = "5759e988bd862e3fe1be46a994272793";
    private const string Parent = "53995c3f42cd8ad8";
    private const string Secret = "hush-this-is-a-secret";

    private readonly DaemonReceiver daemon = new();
    private readonly XRayExporter exporter;

    public XRayExporterTests() => exporter = new XRayExporter(new Daemon(daemon.Address), new SubsegmentWriter(new SecretRedactor([Secret]), "eu-west-1"));

    [Fact]
    public void An_attempt_is_found_by_its_event_and_tells_all_of_its_failure()
    {
        var metadata = Sample.Event(TimeProvider.System.GetUtcNow(), "stock-sync");
        using (new Activity("invocation").SetParentId(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded).Start())
        {
            using var activity = EventActivity.Start("stock-sync", metadata, Context(sampled: true), ActivityKind.Consumer);
            activity!.SetTag(EventActivity.Attempt, 2).SetTag(EventActivity.Status, "failed");
            EventActivity.Fail(activity, new Failure("ConnectorException", "shopify/http-500", $"GET x?token={Secret} failed", [$"IOException: {Secret} was reset"], "reading", "   at A.B(String) in ./EventTracking.Core/A.cs:line 12\n   at C.D()", "f", Transient: true));
        }

        var text = Assert.Single(daemon.ReadAll());
        SegmentFormat.Check(text);
        Assert.DoesNotContain(Secret, text, StringComparison.Ordinal);
        var segment = JsonNode.Parse(text)!;
        Assert.Equal(("stock-sync", "1-5759e988-bd862e3fe1be46a994272793", Parent), ((string)segment["name"]!, (string)segment["trace_id"]!, (string)segment["parent_id"]!));
        Assert.Null(segment["namespace"]);
        Assert.True((bool)segment["fault"]!);
        var annotations = segment["annotations"]!;
        Assert.Equal(
            (metadata.Id.ToString(), "shopify", "stock-sync", metadata.Entity.ToString(), 2, "failed", "shopify/http-500"),
            ((string)annotations["event_id"]!, (string)annotations["source"]!, (string)annotations["function"]!, (string)annotations["entity"]!, (int)annotations["attempt"]!, (string)annotations["status"]!, (string)annotations["error"]!));
        Assert.Single(segment["links"]!.AsArray());
        var exceptions = segment["cause"]!["exceptions"]!.AsArray();
        Assert.Equal(["ConnectorException", "IOException"], exceptions.Select(exception => (string)exception!["type"]!));
        Assert.Equal("GET x?token=*** failed", (string)exceptions[0]!["message"]!);
        Assert.Equal("""[{"label":"A.B(String)","path":"./EventTracking.Core/A.cs","line":12},{"label":"C.D()"}]""", exceptions[0]!["stack"]!.ToJsonString());
    }

    [Fact]
    public void What_is_not_sampled_is_not_sent_and_still_hands_its_trace_on()
    {
        using (var activity = EventTrackingActivity.Source.StartActivity("batch", ActivityKind.Consumer, Context(sampled: false)))
        {
            Assert.Equal(Trace, activity!.TraceId.ToHexString());
            Assert.EndsWith(";Sampled=0", TraceHeader.Current, StringComparison.Ordinal);
            using var call = EventTrackingActivity.Source.StartActivity("shopify", ActivityKind.Client);
            Assert.Null(call);
            activity.SetStatus(ActivityStatusCode.Error, "failed");
        }

        using (EventTrackingActivity.Source.StartActivity("orphan"))
        {
        }

        Assert.Empty(daemon.ReadAll());
    }

    [Theory]
    [InlineData(200, null, null, null)]
    [InlineData(404, true, null, null)]
    [InlineData(429, true, null, true)]
    [InlineData(503, null, true, null)]
    public void A_call_to_others_tells_how_it_went(int status, bool? error, bool? fault, bool? throttle)
    {
        using (var activity = EventTrackingActivity.Source.StartActivity("brightpearl", ActivityKind.Client, Context(sampled: true)))
        {
            activity!.SetTag("http.request.method", "GET").SetTag("server.address", "ws.example.com").SetTag("url.path", "/product/1").SetTag("http.response.status_code", status).SetTag("http.request.resend_count", 2);
        }

        var text = Assert.Single(daemon.ReadAll());
        SegmentFormat.Check(text);
        var segment = JsonNode.Parse(text)!;
        Assert.Equal("remote", (string)segment["namespace"]!);
        Assert.Equal("https://ws.example.com/product/1", (string)segment["http"]!["request"]!["url"]!);
        Assert.Equal((error, fault, throttle), ((bool?)segment["error"], (bool?)segment["fault"], (bool?)segment["throttle"]));
        Assert.Equal(2, (int)segment["annotations"]!["retries"]!);
    }

    [Fact]
    public void A_document_is_small_enough_whatever_failed()
    {
        using (var activity = EventTrackingActivity.Source.StartActivity("ünï ' \" \0 {x}" + new string('n', 300), ActivityKind.Consumer, Context(sampled: true)))
        {
            var stack = string.Join('\n', Enumerable.Range(0, 500).Select(number => $"   at {new string('\u0001', 400)}.M{number}() in {new string('漢', 400)}.cs:line {number}"));
            EventActivity.Fail(activity, new Failure("E", null, new string('\u0002', 10_000), [.. Enumerable.Repeat("E: " + new string('漢', 9000), 8)], null, stack, "f", Transient: true));
        }

        var text = Assert.Single(daemon.ReadAll());
        SegmentFormat.Check(text);
        Assert.StartsWith("ünï _ _ _ _x_nnn", (string)JsonNode.Parse(text)!["name"]!, StringComparison.Ordinal);
        Assert.NotEmpty(JsonNode.Parse(text)!["cause"]!["exceptions"]!.AsArray());
    }

    [Theory]
    [InlineData("169.254.79.129:2000", "169.254.79.129", 2000)]
    [InlineData("tcp:127.0.0.1:3000 udp:127.0.0.2:3001", "127.0.0.2", 3001)]
    [InlineData("udp:127.0.0.2:3001 tcp:127.0.0.1:3000", "127.0.0.2", 3001)]
    [InlineData("[::1]:2000", "::1", 2000)]
    [InlineData("daemon:2001", "daemon", 2001)]
    [InlineData(null, "127.0.0.1", 2000)]
    [InlineData("", "127.0.0.1", 2000)]
    [InlineData("nonsense", "127.0.0.1", 2000)]
    [InlineData("127.0.0.1:99999", "127.0.0.1", 2000)]
    public void The_daemon_is_where_its_setting_says(string? setting, string host, int port)
    {
        var address = Daemon.Parse(setting);

        Assert.Equal((host, port), (address.Host, address.Port));
    }

    [Fact]
    public void Nobody_listening_is_no_fault()
    {
        using var nobody = new Daemon("127.0.0.1:9");
        for (var number = 0; number < 3; number++)
        {
            nobody.Send("{}"u8);
        }
    }

    public void Dispose()
    {
        exporter.Dispose();
        daemon.Dispose();
    }

    private static ActivityContext Context(bool sampled) => new(
        ActivityTraceId.CreateFromString(Trace), ActivitySpanId.CreateFromString(Parent), sampled ? ActivityTraceFlags.Recorded : ActivityTraceFlags.None, isRemote: true);
}

/// <summary>A listener receives the spans of the whole process.</summary>
[CollectionDefinition(nameof(TraceCollection), DisableParallelization = true)]
public sealed class TraceCollection;
