using System.Reflection;
using EventTracking.Stock;
using EventTracking.Stock.Vocabulary;

namespace EventTracking.Tests.Architecture;

/// <summary>The rooms of the stock integration.</summary>
public sealed class StockTests
{
    /// <summary>Lowest first, as in <see cref="CoreTests"/>.</summary>
    private static readonly string[][] Rooms =
    [
        ["Vocabulary", "Observability", "Rules"],
        ["Connectors"],
        ["Catalog", "Access"],
        ["Synchronization", "Imports", "Reconciliation", "Compliance"],
    ];

    private static Assembly Stock { get; } = typeof(StockIntegrationExtensions).Assembly;

    [Fact]
    public void Rooms_use_only_rooms_below_them() => Wall.AssertOneWay(Stock, Rooms);

    [Fact]
    public void Shopify_and_Brightpearl_do_not_know_each_other() => Wall.AssertApart(Stock, "Connectors.Shopify", "Connectors.Brightpearl");

    [Theory]
    [InlineData("Connectors.Shopify", "Brightpearl")]
    [InlineData("Connectors.Brightpearl", "Shopify")]
    public void Shopify_and_Brightpearl_do_not_name_each_other(string connector, string other) => AssertSilent(connector, other);

    [Fact]
    public void Connectors_name_no_function() =>
        AssertSilent("Connectors", [.. typeof(FunctionNames).GetFields().Select(field => (string)field.GetRawConstantValue()!)]);

    [Fact]
    public void Texts_are_seen() => Assert.Contains(TextsOf("Connectors"), found => found.Text == Topics.Brightpearl);

    private static void AssertSilent(string place, params string[] words) => Wall.AssertNone(TextsOf(place)
        .Where(found => words.Any(word => found.Text.Contains(word, StringComparison.OrdinalIgnoreCase)))
        .Select(found => $"{found.Type} says '{found.Text}'"));

    private static IEnumerable<(Type Type, string Text)> TextsOf(string place) =>
        from type in Stock.GetTypes()
        where $"{Use.Below(Stock, type)}.".StartsWith($"{place}.", StringComparison.Ordinal)
        from text in CompiledCode.TextsOf(type)
        select (type, text);
}
