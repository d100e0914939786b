using EventTracking.Api;

namespace EventTracking.Tests.Architecture;

/// <summary>
/// The features of the API, read from the compiled program: a feature is a namespace below <c>EventTracking.Api</c> with
/// everything in it. Only the root, which composes the features, may use all of them. The compiled program does not show
/// the use of a constant.
/// </summary>
public sealed class ApiFeatureTests
{
    private static readonly Lazy<ILookup<string, Use>> Uses = new(() => Use.Within(typeof(ApiExtensions).Assembly)
        .Select(use => use with { Source = Use.FirstOf(use.Source), Target = Use.FirstOf(use.Target) })
        .Where(use => use.Source != use.Target)
        .DistinctBy(use => (use.Source, use.Target))
        .ToLookup(use => use.Source));

    [Fact]
    public void Features_form_no_cycle() => Wall.AssertNone(Cycles());

    [Fact]
    public void No_feature_uses_the_composition() =>
        Wall.AssertNone(Uses.Value.SelectMany(uses => uses).Where(use => use.Target.Length == 0).Select(use => use.Example));

    [Theory]
    [InlineData("Errors")]
    [InlineData("Documentation", "Errors")]
    [InlineData("Validation", "Documentation", "Errors")]
    [InlineData("Authorization", "Documentation", "Errors")]
    public void What_all_features_share_uses_none_of_them(string shared, params string[] allowed) =>
        Wall.AssertNone(Uses.Value[shared].Where(use => !allowed.Contains(use.Target)).Select(use => use.Example));

    /// <summary>Uses that are visible only in generic arguments, attributes, metadata and method bodies.</summary>
    [Theory]
    [InlineData("Events", "Validation")]
    [InlineData("Reconciliation", "Documentation")]
    [InlineData("Sandbox", "Webhooks")]
    [InlineData("Commands", "Authorization")]
    public void Uses_are_seen(string source, string target) => Assert.Contains(Uses.Value[source], use => use.Target == target);

    /// <summary>Every shortest path from a feature back to itself, with an example of a use for each step.</summary>
    private static IEnumerable<string> Cycles()
    {
        foreach (var start in Uses.Value.Select(uses => uses.Key).Where(feature => feature.Length > 0))
        {
            Dictionary<string, Use> cameBy = [];
            Queue<string> open = new([start]);
            while (!cameBy.ContainsKey(start) && open.TryDequeue(out var feature))
            {
                foreach (var use in Uses.Value[feature].Where(use => use.Target.Length > 0 && cameBy.TryAdd(use.Target, use)))
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
}
