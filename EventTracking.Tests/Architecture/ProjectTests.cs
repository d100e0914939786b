using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using EventTracking.Api;
using EventTracking.Core;
using EventTracking.Stock;
using EventTracking.Testing.Files;
using EventTracking.Tests.Api;

namespace EventTracking.Tests.Architecture;

/// <summary>Projects depend one way.</summary>
public sealed partial class ProjectTests
{
    private static readonly Assembly Core = typeof(EventTrackingExtensions).Assembly;
    private static readonly Assembly Stock = typeof(StockIntegrationExtensions).Assembly;

    [Fact]
    public void Core_uses_no_other_project() => Assert.Empty(ProjectsOf(Core));

    [Fact]
    public void Stock_uses_Core_only() => Assert.Equal(["EventTracking.Core"], ProjectsOf(Stock));

    [Fact]
    public void The_program_uses_Core_and_Stock() => Assert.Equal(["EventTracking.Core", "EventTracking.Stock"], ProjectsOf(typeof(ApiExtensions).Assembly));

    [Fact]
    public void The_tests_do_not_use_the_benchmarks() => Assert.DoesNotContain("EventTracking.Benchmarks", ProjectsOf(typeof(ProjectTests).Assembly));

    [Fact]
    public void Core_and_Stock_know_nothing_of_ASP_NET_Core() => Assert.DoesNotContain(
        Core.GetReferencedAssemblies().Concat(Stock.GetReferencedAssemblies()), name => name.Name!.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));

    /// <summary>If Stock needs nothing internal, no other integration does.</summary>
    [Fact]
    public void Core_shows_its_internals_to_no_integration() => Assert.Equal(
        ["EventTracking.Api", "EventTracking.Benchmarks", "EventTracking.Testing", "EventTracking.Tests", "EventTracking.Tests.Rules"],
        Core.GetCustomAttributes<InternalsVisibleToAttribute>().Select(friend => friend.AssemblyName).Order());

    [Theory]
    [InlineData("Playwright")]
    [InlineData("SwaggerGen")]
    public void The_program_carries_no_tool_of_its_tests(string tool) =>
        Assert.DoesNotContain(tool, File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "EventTracking.Api.deps.json")), StringComparison.Ordinal);

    [Fact]
    public void Namespaces_are_folders()
    {
        var root = Repository.PathOf();
        Wall.AssertNone(
            from project in Directory.EnumerateDirectories(root, "EventTracking.*")
            from file in Directory.EnumerateFiles(project, "*.cs", SearchOption.AllDirectories)
            let path = Path.GetRelativePath(root, file)
            where !path.Split(Path.DirectorySeparatorChar).Intersect(["bin", "obj"]).Any()
            let match = Namespace().Match(File.ReadAllText(file))
            where match.Success && match.Groups[1].Value != Path.GetDirectoryName(path)!.Replace(Path.DirectorySeparatorChar, '.')
            select $"{path} has the namespace {match.Groups[1].Value}");
    }

    private static IEnumerable<string> ProjectsOf(Assembly program) => program.GetReferencedAssemblies()
        .Select(name => name.Name!)
        .Where(name => name.StartsWith("EventTracking.", StringComparison.Ordinal))
        .Order();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();
}
