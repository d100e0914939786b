using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using EventTracking.Api;

namespace EventTracking.Tests.Architecture;

/// <summary>
/// The features of the API, read from the compiled program: a feature is a namespace below <c>EventTracking.Api</c> with
/// everything in it. Only the root, which composes the features, may use all of them. The compiled program does not show
/// the use of a constant.
/// </summary>
public sealed class ApiFeatureTests
{
    private const string Root = "EventTracking.Api";

    private static readonly Lazy<ILookup<string, Use>> Uses = new(Read);

    [Fact]
    public void Features_form_no_cycle() => AssertNone(Cycles());

    [Fact]
    public void No_feature_uses_the_composition() =>
        AssertNone(Uses.Value.SelectMany(uses => uses).Where(use => use.Target == Root).Select(use => use.Example));

    [Theory]
    [InlineData("Errors")]
    [InlineData("Documentation", "Errors")]
    [InlineData("Validation", "Documentation", "Errors")]
    [InlineData("Authorization", "Documentation", "Errors")]
    public void What_all_features_share_uses_none_of_them(string shared, params string[] allowed) =>
        AssertNone(Uses.Value[$"{Root}.{shared}"].Where(use => !allowed.Contains(use.Target[(Root.Length + 1)..])).Select(use => use.Example));

    /// <summary>Uses that are visible only in generic arguments, attributes, metadata and method bodies.</summary>
    [Theory]
    [InlineData("Events", "Validation")]
    [InlineData("Reconciliation", "Documentation")]
    [InlineData("Sandbox", "Webhooks")]
    [InlineData("Commands", "Authorization")]
    public void Uses_are_seen(string source, string target) => Assert.Contains(Uses.Value[$"{Root}.{source}"], use => use.Target == $"{Root}.{target}");

    /// <summary>Every shortest path from a feature back to itself, with an example of a use for each step.</summary>
    private static IEnumerable<string> Cycles()
    {
        foreach (var start in Uses.Value.Select(uses => uses.Key).Where(feature => feature != Root))
        {
            Dictionary<string, Use> cameBy = [];
            Queue<string> open = new([start]);
            while (!cameBy.ContainsKey(start) && open.TryDequeue(out var feature))
            {
                foreach (var use in Uses.Value[feature].Where(use => use.Target != Root && cameBy.TryAdd(use.Target, use)))
                {
                    open.Enqueue(use.Target);
                }
            }

            if (cameBy.TryGetValue(start, out var last))
            {
                List<string> steps = [last.Example];
                for (var at = last.Source; at != start; at = cameBy[at].Source)
                {
                    steps.Insert(0, cameBy[at].Example);
                }

                yield return string.Join("; ", steps);
            }
        }
    }

    // Assert.Empty and Assert.Equal would truncate the text.
    private static void AssertNone(IEnumerable<string> breaches) => Assert.True(!breaches.Any(), string.Join(Environment.NewLine, breaches));

    private static ILookup<string, Use> Read()
    {
        var program = new ArchLoader().LoadAssembly(typeof(ApiExtensions).Assembly).Build();
        return program.Types
            .SelectMany(type => type.Dependencies)
            .Select(dependency => new Use(FeatureOf(dependency.Origin), FeatureOf(dependency.Target), $"{dependency.Origin.FullName} uses {dependency.Target.FullName}"))
            .Where(use => use.Source.Length > 0 && use.Target.Length > 0 && use.Source != use.Target)
            .DistinctBy(use => (use.Source, use.Target))
            .ToLookup(use => use.Source);
    }

    /// <summary>The root or the namespace below it; empty for types outside the program.</summary>
    private static string FeatureOf(IType type)
    {
        // The library confuses type parameters with the same name.
        var name = type is GenericParameter ? "" : type.Namespace?.FullName ?? "";
        return name == Root ? Root
            : name.StartsWith($"{Root}.", StringComparison.Ordinal) ? string.Join('.', name.Split('.').Take(3))
            : "";
    }

    private sealed record Use(string Source, string Target, string Example);
}
