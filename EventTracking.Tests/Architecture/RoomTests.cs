using System.Text.RegularExpressions;
using EventTracking.Core.Configuration;
using EventTracking.Testing.Files;
using EventTracking.Tests.Api;

namespace EventTracking.Tests.Architecture;

/// <summary>Dependencies point one way: a folder of Core uses only folders with a lower number.</summary>
public partial class RoomTests
{
    private const int Composition = 100;

    private static readonly Dictionary<string, int> Rooms = new()
    {
        ["Configuration"] = 0,
        ["Observability"] = 0,
        ["Resilience"] = 0,
        ["Payloads"] = 1,
        ["Events"] = 2,
        ["Queue"] = 3,
        ["Intake"] = 4,
        ["Functions"] = 5,
        ["Replay"] = 6,
        ["Connectors"] = 6,
        ["Catalog"] = 7,
        ["Stock"] = 8,
        ["Reconciliation"] = 9,
        ["Backends"] = 10,
    };

    private static string Root { get; } = Repository.PathOf();

    [Fact]
    public void Every_folder_of_Core_is_a_room_with_a_number() =>
        Assert.Equal(
            Rooms.Keys.Order(),
            Directory.GetDirectories(Path.Combine(Root, "EventTracking.Core")).Select(path => Path.GetFileName(path)!).Except(["bin", "obj"]).Order());

    [Fact]
    public void Rooms_use_only_rooms_below_them()
    {
        var breaches = Sources("EventTracking.Core")
            .SelectMany(file => References(file).Select(used => (File: file, Used: used)))
            .Where(reference => RoomOf(reference.File) is var room && reference.Used != room && Rooms[reference.Used] >= Number(room))
            .Select(reference => $"{Path.GetRelativePath(Root, reference.File)} uses {reference.Used}");
        Assert.Empty(breaches);
    }

    [Fact]
    public void Shopify_and_Brightpearl_do_not_know_of_each_other()
    {
        Assert.DoesNotContain(Sources("EventTracking.Core/Connectors/Shopify"), file => Mentions(file, "Brightpearl"));
        Assert.DoesNotContain(Sources("EventTracking.Core/Connectors/Brightpearl"), file => Mentions(file, "Shopify"));
    }

    [Fact]
    public void Core_knows_nothing_of_ASP_NET_Core() =>
        Assert.DoesNotContain(typeof(EventTrackingOptions).Assembly.GetReferencedAssemblies(), name => name.Name!.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));

    [Theory]
    [InlineData("Playwright")]
    [InlineData("SwaggerGen")]
    public void The_program_carries_no_tool_of_its_tests(string tool) =>
        Assert.DoesNotContain(tool, File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "EventTracking.Api.deps.json")), StringComparison.Ordinal);

    [Fact]
    public void Namespaces_are_folders()
    {
        var strays = from project in (string[])["EventTracking.Core", "EventTracking.Api", "EventTracking.Tests"]
                     from file in Sources(project)
                     let match = Namespace().Match(File.ReadAllText(file))
                     where match.Success
                     let folder = Path.GetRelativePath(Root, Path.GetDirectoryName(file)!).Replace(Path.DirectorySeparatorChar, '.')
                     where match.Groups[1].Value != folder
                     select $"{file}: {match.Groups[1].Value}";
        Assert.Empty(strays);
    }

    private static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
                && !file.Contains($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}", StringComparison.Ordinal));

    /// <summary>Comments may compare the two; code may not.</summary>
    private static bool Mentions(string file, string name) =>
        File.ReadLines(file).Any(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal) && line.Contains(name, StringComparison.Ordinal));

    private static IEnumerable<string> References(string file) =>
        Reference().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value).Distinct().Where(Rooms.ContainsKey);

    private static string RoomOf(string file) =>
        Path.GetRelativePath(Path.Combine(Root, "EventTracking.Core"), file).Split(Path.DirectorySeparatorChar)[0];

    private static int Number(string room) => Rooms.GetValueOrDefault(room, Composition);

    [GeneratedRegex(@"EventTracking\.Core\.(\w+)")]
    private static partial Regex Reference();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();
}
