using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace EventTracking.Tests.Observability;

/// <summary>The published format of segment documents, field by field, for a subsegment that is sent separately.</summary>
internal static partial class SegmentFormat
{
    private static readonly HashSet<string> Members =
        ["name", "id", "trace_id", "parent_id", "type", "start_time", "end_time", "namespace", "error", "fault", "throttle", "http", "aws", "annotations", "links", "cause"];

    public static void Check(string document)
    {
        Assert.True(Encoding.UTF8.GetByteCount(document) <= 64_000, "A document of more than 64 KB.");
        var segment = JsonNode.Parse(document)!.AsObject();
        Assert.Empty(segment.Select(member => member.Key).Except(Members));
        Assert.Matches(Name(), (string)segment["name"]!);
        Assert.Matches(Id(), (string)segment["id"]!);
        Assert.Matches(Id(), (string)segment["parent_id"]!);
        Assert.NotEqual((string)segment["id"]!, (string)segment["parent_id"]!);
        Assert.Matches(TraceId(), (string)segment["trace_id"]!);
        Assert.Equal("subsegment", (string)segment["type"]!);
        var (start, end) = ((double)segment["start_time"]!, (double)segment["end_time"]!);
        Assert.InRange(start, 1_500_000_000, 5_000_000_000);
        Assert.InRange(end, start, start + 1000);
        if (segment["namespace"] is { } side)
        {
            Assert.Contains((string)side!, new[] { "aws", "remote" });
        }

        Assert.Equal((string?)segment["namespace"] == "aws", segment["aws"] is not null);
        CheckHttp(segment["http"]);
        CheckAnnotations(segment["annotations"]!.AsObject());
        CheckCause(segment["cause"]);
        foreach (var link in segment["links"]?.AsArray() ?? [])
        {
            Assert.Matches(TraceId(), (string)link!["trace_id"]!);
            Assert.Matches(Id(), (string)link["id"]!);
        }
    }

    private static void CheckHttp(JsonNode? http)
    {
        if (http?["response"]?["status"] is { } status)
        {
            Assert.InRange((int)status, 100, 599);
        }

        Assert.DoesNotContain("?", (string?)http?["request"]?["url"] ?? "", StringComparison.Ordinal);
    }

    private static void CheckAnnotations(JsonObject annotations)
    {
        Assert.InRange(annotations.Count, 0, 50);
        foreach (var (key, value) in annotations)
        {
            Assert.Matches(Key(), key);
            Assert.Contains(value!.GetValueKind(), new[] { System.Text.Json.JsonValueKind.String, System.Text.Json.JsonValueKind.Number, System.Text.Json.JsonValueKind.True, System.Text.Json.JsonValueKind.False });
            Assert.InRange(value.ToString().Length, 0, 1000);
        }
    }

    private static void CheckCause(JsonNode? cause)
    {
        var exceptions = cause?["exceptions"]!.AsArray() ?? [];
        for (var index = 0; index < exceptions.Count; index++)
        {
            var exception = exceptions[index]!;
            Assert.Matches(Id(), (string)exception["id"]!);
            Assert.NotEmpty((string)exception["type"]!);
            Assert.NotNull((string?)exception["message"]);
            Assert.Equal(index + 1 < exceptions.Count ? (string)exceptions[index + 1]!["id"]! : null, (string?)exception["cause"]);
            Assert.All(exception["stack"]?.AsArray() ?? [], frame => Assert.NotEmpty((string)frame!["label"]!));
        }
    }

    [GeneratedRegex(@"^[\p{L}\p{N}\s_.:/%&#=+\\\-@]{1,200}\z")]
    private static partial Regex Name();

    [GeneratedRegex(@"^[0-9a-f]{16}\z")]
    private static partial Regex Id();

    [GeneratedRegex(@"^1-[0-9a-f]{8}-[0-9a-f]{24}\z")]
    private static partial Regex TraceId();

    [GeneratedRegex(@"^[A-Za-z0-9_]{1,500}\z")]
    private static partial Regex Key();
}
