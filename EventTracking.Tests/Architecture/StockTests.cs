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
        ["Vocabulary", "Observability"],
        ["Connectors"],
        ["Catalog"],
        ["Synchronization", "Imports", "Reconciliation"],
    ];

    private static Assembly Stock { get; } = typeof(StockIntegrationExtensions).Assembly;

    [Fact]
    public void Rooms_use_only_rooms_below_them() => Wall.AssertOneWay(Stock, Rooms);

    [Fact]
    public void Shopify_and_Brightpearl_do_not_know_each_other() => Wall.AssertApart(Stock, "Connectors.Shopify", "Connectors.Brightpearl");

    [Fact]
    public void Connectors_name_no_function()
    {
        var functions = typeof(FunctionNames).GetFields().Select(field => (string)field.GetRawConstantValue()!).ToList();
        Wall.AssertNone(ConnectorTexts()
            .Where(found => functions.Exists(name => found.Text.Contains(name, StringComparison.OrdinalIgnoreCase)))
            .Select(found => $"{found.Type} says '{found.Text}'"));
    }

    [Fact]
    public void Texts_of_connectors_are_seen() => Assert.Contains(ConnectorTexts(), found => found.Text == Topics.Brightpearl);

    private static IEnumerable<(Type Type, string Text)> ConnectorTexts() =>
        from type in Stock.GetTypes()
        where Use.Below(Stock, type) is { } place && Use.FirstOf(place) == "Connectors"
        from text in CompiledCode.TextsOf(type)
        select (type, text);
}
