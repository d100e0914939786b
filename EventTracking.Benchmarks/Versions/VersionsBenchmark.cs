using System.CommandLine;
using System.Globalization;
using Amazon.DynamoDBv2;
using EventTracking.Benchmarks.Processes;
using EventTracking.Benchmarks.Reports;

namespace EventTracking.Benchmarks.Versions;

/// <summary>
/// Two versions of the product share tables and queues under load, as in a deployment and on the way back: the one is joined by the
/// other, works beside it, and leaves. Then this version works beside what only a newer one knows. Nothing may be lost or stop.
/// </summary>
internal static class VersionsBenchmark
{
    private static readonly Option<int> Events = BenchmarkOption.Number("--events", 150, "Stock changes in each part of a turn, each of a product of its own.");
    private static readonly Option<string?> Other = new("--other") { Description = "The EventTracking.Api.dll of another build. Without it, only the last turn runs." };

    public static Command Command { get; } = new("versions", "An earlier build and this one side by side under load, in both orders, on emulators.") { Events, Other };

    public static async Task<bool> RunAsync(ParseResult options)
    {
        var count = options.GetValue(Events);
        await using var emulators = await Emulators.StartAsync();
        using var database = new AmazonDynamoDBClient();
        var table = new Table("turn", "events", "not ended", "failed", "wrong quantities", "left by newer", "changed");
        var held = true;
        foreach (var (name, first, second) in Turns(options.GetValue(Other)))
        {
            await using var turn = await VersionsTurn.StartAsync(database, 3 * count);
            var result = await turn.RunAsync(first, second, count);
            held &= result is { NotEnded: 0, Failed: 0, Wrong: 0, Changed: 0 };
            table.Add(name, Text(result.Events), Text(result.NotEnded), Text(result.Failed), Text(result.Wrong), Text(result.Newer), Text(result.Changed));
        }

        table.Print(Console.Out);
        Console.WriteLine($"Bounds: every event has ended, none failed, every quantity is right, and what only a newer version knows is as it was: {(held ? "held" : "MISSED")}");
        return held;
    }

    /// <summary>The builds that begin and that join; null is this one.</summary>
    private static IEnumerable<(string Name, string? First, string? Second)> Turns(string? other)
    {
        if (other is not null)
        {
            var path = Path.GetFullPath(other);
            yield return ("the other, then this", path, null);
            yield return ("this, then the other", null, path);
        }

        yield return ("this, among what is newer", null, null);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What came of a turn.</summary>
/// <param name="Events">The events that were acknowledged.</param>
/// <param name="NotEnded">Those of them that have not ended.</param>
/// <param name="Failed">Those that ended as failed.</param>
/// <param name="Wrong">Products whose quantities differ.</param>
/// <param name="Newer">What was stored as a newer version might.</param>
/// <param name="Changed">That of it which is not as it was.</param>
internal sealed record VersionsResult(int Events, int NotEnded, int Failed, int Wrong, int Newer, int Changed);
