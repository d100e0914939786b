using System.Globalization;

namespace EventTracking.Tests.Deployment;

/// <summary>What the template needs to know about a function besides its registration: what its role allows, and its description.</summary>
internal sealed record TemplateFunction(string Name, string Description)
{
    /// <summary>The functions of the product. Each new function gets a line here with what it may do.</summary>
    public static IReadOnlyList<TemplateFunction> All { get; } =
    [
        new("catalog-import", "Does a step of an import of the whole catalog")
        {
            Composes = ["catalog", "fan-out", "import"],
            Releases = ["inventory-observed", "stock-sync"],
            Records = ["DeleteItem", "GetItem", "PutItem", "Query"],
        },
        new("catalog-refresh", "Reads a page of the catalog again from both systems") { Composes = ["import", "reconciliation"], Records = ["DeleteItem", "GetItem", "PutItem", "Query"] },
        new("compliance", "Puts Shopify's requests about personal data on the list of failures"),
        new("fan-out", "Splits a webhook about several products into one event per product") { Composes = ["fan-out"], Receives = ["brightpearl"] },
        new("inventory-observed", "Stores the quantities that Shopify shows") { Composes = ["import"], Records = ["DeleteItem", "GetItem", "PutItem"] },
        new("product-import", "Finds a product in both systems and releases the events that wait for it")
        {
            Composes = ["fan-out", "import"],
            Releases = ["catalog-import", "catalog-refresh", "inventory-observed", "product-import", "stock-sync"],
            Records = ["DeleteItem", "GetItem", "PutItem"],
        },
        new("stock-sync", "Sets quantities in Shopify to the stock in Brightpearl") { Composes = ["import"], Records = ["DeleteItem", "GetItem", "PutItem"] },
        new("unrouted", "Completes events that no other function handles"),
    ];

    /// <summary>The sources of the events that it composes, that of the imports it waits for included.</summary>
    public IReadOnlyList<string> Composes { get; init; } = [];

    /// <summary>The functions whose waiting events it releases.</summary>
    public IReadOnlyList<string> Releases { get; init; } = [];

    /// <summary>The DynamoDB operations that it uses on records of collections; empty if it has none but those of its failures.</summary>
    public IReadOnlyList<string> Records { get; init; } = [];

    /// <summary>Sources whose deliveries name this function themselves, besides those that are routed to it.</summary>
    public IReadOnlyList<string> Receives { get; init; } = [];

    /// <summary>Its name in resource names, e.g. <c>StockSync</c>.</summary>
    public string PascalName => string.Concat(Name.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));

    /// <summary>Its name in the expression of an alarm, e.g. <c>stockSync</c>.</summary>
    public string CamelName => char.ToLower(PascalName[0], CultureInfo.InvariantCulture) + PascalName[1..];
}
