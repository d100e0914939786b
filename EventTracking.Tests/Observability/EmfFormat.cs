using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace EventTracking.Tests.Observability;

/// <summary>The rules of CloudWatch's embedded metric format.</summary>
internal static partial class EmfFormat
{
    private const int MaxEventBytes = 256 * 1024;

    private static readonly string[] Units = ["Count", "Milliseconds"];

    /// <summary>Checks a line and returns it.</summary>
    public static JsonObject Check(string line)
    {
        Assert.True(Encoding.UTF8.GetByteCount(line) < MaxEventBytes);
        Assert.DoesNotContain('\n', line);
        var root = JsonNode.Parse(line)!.AsObject();
        var metadata = root["_aws"]!.AsObject();
        Assert.Equal(["Timestamp", "CloudWatchMetrics"], metadata.Select(member => member.Key));
        Assert.InRange((long)metadata["Timestamp"]!, 1_500_000_000_000, 5_000_000_000_000);
        HashSet<string> targets = ["_aws"];
        foreach (var directive in metadata["CloudWatchMetrics"]!.AsArray().Select(node => node!.AsObject()))
        {
            Assert.Equal(["Namespace", "Dimensions", "Metrics"], directive.Select(member => member.Key));
            Assert.Matches(Namespace(), (string)directive["Namespace"]!);
            CheckDimensions(root, directive["Dimensions"]!.AsArray(), targets);
            CheckMetrics(root, directive["Metrics"]!.AsArray(), targets);
        }

        // A value that no directive names is paid for without being a metric.
        Assert.Empty(root.Select(member => member.Key).Except(targets));
        return root;
    }

    private static void CheckDimensions(JsonObject root, JsonArray sets, HashSet<string> targets)
    {
        Assert.NotEmpty(sets);
        foreach (var set in sets.Select(node => node!.AsArray()))
        {
            Assert.InRange(set.Count, 1, 30);
            foreach (var name in set.Select(node => (string)node!))
            {
                Assert.Contains(name, new[] { "source", "function", "service" });
                Assert.Equal(JsonValueKind.String, root[name]!.GetValueKind());
                Assert.InRange(((string)root[name]!).Length, 1, 1024);
                targets.Add(name);
            }
        }
    }

    private static void CheckMetrics(JsonObject root, JsonArray metrics, HashSet<string> targets)
    {
        Assert.InRange(metrics.Count, 1, 100);
        foreach (var metric in metrics.Select(node => node!.AsObject()))
        {
            Assert.Equal(["Name", "Unit"], metric.Select(member => member.Key));
            var name = (string)metric["Name"]!;
            Assert.InRange(name.Length, 1, 1024);
            Assert.Contains((string)metric["Unit"]!, Units);
            Assert.True(targets.Add(name), $"{name} twice");
            var values = root[name] is JsonArray several ? several.Select(value => value!).ToList() : [root[name]!];
            Assert.InRange(values.Count, 1, 100);
            Assert.All(values, value => Assert.Equal(JsonValueKind.Number, value.GetValueKind()));
        }
    }

    [GeneratedRegex(@"^[a-zA-Z0-9._#:/-]{1,256}\z")]
    private static partial Regex Namespace();
}
