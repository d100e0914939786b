using EventTracking.Api;

namespace EventTracking.Tests.Architecture;

/// <summary>
/// The features of the API, read from the compiled program: a feature is a namespace below <c>EventTracking.Api</c> with everything
/// in it. The root composes the features and is the only one that may use them all.
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

    /// <summary>Uses that only a reader of generic arguments, of attributes, of metadata and of method bodies sees.</summary>
    [Theory]
    [InlineData("Events", "Validation")]
    [InlineData("Reconciliation", "Documentation")]
    [InlineData("Sandbox", "Webhooks")]
    [InlineData("Commands", "Authorization")]
    public void Uses_are_seen(string source, string target) => Assert.Contains(Uses.Value[source], use => use.Target == target);

    /// <summary>Each shortest way from a feature back to itself, with a use for each step.</summary>
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
