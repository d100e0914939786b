using System.Reflection;
using System.Text.RegularExpressions;
using EventTracking.Testing.Files;
using EventTracking.Tests.Api;

namespace EventTracking.Tests.Documentation;

/// <summary>A guarantee is worth as much as the test that tries to break it, so every test that the document names must exist.</summary>
public sealed partial class GuaranteesTests
{
    private static readonly string Text = File.ReadAllText(Repository.PathOf("docs", "guarantees.md"));

    [Fact]
    public void Every_promise_names_what_tries_to_break_it() =>
        Assert.All(Rows().Select(row => row.Split('|')[2]), proof => Assert.Matches("`[^`]+`", proof));

    [Fact]
    public void Every_test_that_is_named_is_there()
    {
        var named = TestName().Matches(Text).Select(match => (Class: match.Groups[1].Value, Method: match.Groups[2].Value)).Distinct().ToArray();

        Assert.True(named.Length > 30);
        Assert.All(named, test => Assert.True(IsThere(test.Class, test.Method), $"There is no {test.Class} {test.Method}"));
    }

    [Fact]
    public void Every_invariant_that_is_named_is_one_of_the_simulation()
    {
        var simulation = File.ReadAllText(Repository.PathOf("docs", "simulation.md"));
        var named = Rows().SelectMany(row => Invariant().Matches(row[Math.Max(0, row.IndexOf("simulation:", StringComparison.Ordinal))..])).Select(match => match.Groups[1].Value).Distinct().ToArray();

        Assert.True(named.Length > 8);
        Assert.All(named, invariant => Assert.Contains($"| `{invariant}` |", simulation, StringComparison.Ordinal));
    }

    private static IEnumerable<string> Rows() => Text.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| promise", StringComparison.Ordinal) && !line.StartsWith("| ---", StringComparison.Ordinal));

    private static bool IsThere(string name, string method) => IsHere(name, method) || IsAmongRules(name, method);

    private static bool IsHere(string name, string method) => typeof(GuaranteesTests).Assembly.GetTypes()
        .Where(type => type.Name == name)
        .Any(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance).Any(candidate => candidate.GetCustomAttribute<FactAttribute>() is not null && (method.Length == 0 || candidate.Name == method)));

    /// <summary>Whether the other test project has the test. It is a separate program, so this searches its source.</summary>
    private static bool IsAmongRules(string name, string method) =>
        Directory.GetFiles(Repository.PathOf("EventTracking.Tests.Rules"), $"{name}.cs", SearchOption.AllDirectories)
            .Any(file => File.ReadAllText(file).Contains($" {method}(", StringComparison.Ordinal) || method.Length == 0);

    [GeneratedRegex(@"`([A-Z]\w+(?:Tests|Contract))(?:\.(\w+))?`")]
    private static partial Regex TestName();

    [GeneratedRegex("`([a-z]+(?:-[a-z]+)+)`")]
    private static partial Regex Invariant();
}
