using System.Globalization;
using EventTracking.Stock.Rules;

namespace EventTracking.Stock.Connectors.Shopify;

/// <summary>The queries and mutations for a version of the Admin API. The operation names are sent along and appear in Shopify's logs.</summary>
internal sealed class ShopifyQueries(ShopifyVersion version, StockLocations locations)
{
    public const string SetAvailableName = "SetAvailable";

    public ShopifyVersion Version => version;

    // Without levels: whatever a search finds is read again, and 50 variants with many levels each would cost more than a query may.
    public ShopifyDocument Variants { get; } = new("VariantsBySku", """
        query VariantsBySku($search: String!, $after: String) {
          productVariants(first: 50, after: $after, query: $search) {
            pageInfo { hasNextPage endCursor }
            nodes { inventoryItem { id sku tracked } }
          }
        }
        """);

    public ShopifyDocument Items { get; } = new("InventoryItems", $$"""
        query InventoryItems($ids: [ID!]!) {
          nodes(ids: $ids) { ... on InventoryItem { id sku tracked {{Levels(version, locations)}} } }
        }
        """);

    public ShopifyDocument SetAvailable { get; } = new(SetAvailableName, """
        mutation SetAvailable($input: InventorySetQuantitiesInput!, $key: String!) {
          inventorySetQuantities(input: $input) @idempotent(key: $key) {
            inventoryAdjustmentGroup { id }
            userErrors { code field message }
          }
        }
        """);

    // The items come in the order of their ids, and a search may name the smallest: https://shopify.dev/docs/api/admin-graphql/latest/queries/inventoryItems
    public ShopifyDocument Catalog { get; } = new("InventoryCatalog", """
        query InventoryCatalog($after: String, $search: String) {
          inventoryItems(first: 250, after: $after, query: $search) {
            pageInfo { hasNextPage endCursor }
            nodes { id sku tracked }
          }
        }
        """);

    /// <summary>All documents.</summary>
    public IEnumerable<ShopifyDocument> All => [Variants, Items, SetAvailable, Catalog];

    /// <summary>The name of an item's level at a location in the answer.</summary>
    public static string LevelAt(long locationId) => string.Create(CultureInfo.InvariantCulture, $"at{locationId}");

    // One field for each location, and not inventoryLevels(first:): that lists the levels of all locations of the shop, page by page, and a
    // level that it does not list may be on another page. Shopify charges a selection once, however many ids there are.
    private static string Levels(ShopifyVersion version, StockLocations locations) => string.Join(' ', locations.All.Select(location =>
        $$"""{{LevelAt(location.Id)}}: inventoryLevel(locationId: "{{ShopifyClient.LocationPrefix}}{{location.Id.ToString(CultureInfo.InvariantCulture)}}"{{(version.ShowsInactiveLevels ? ", includeInactive: true" : "")}}) { quantities(names: ["available", "committed"]) { name quantity } }"""));
}

/// <summary>A document with one operation, and the operation's name.</summary>
internal sealed record ShopifyDocument(string Operation, string Text);
