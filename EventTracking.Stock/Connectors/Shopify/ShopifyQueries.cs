namespace EventTracking.Stock.Connectors.Shopify;

/// <summary>The queries and mutations for a version of the Admin API. The operation names are sent along and appear in Shopify's logs.</summary>
internal sealed class ShopifyQueries(ShopifyVersion version)
{
    public const string SetAvailableName = "SetAvailable";

    public ShopifyVersion Version => version;

    public ShopifyDocument Variants { get; } = new("VariantsBySku", $$"""
        query VariantsBySku($search: String!, $location: ID!, $after: String) {
          productVariants(first: 50, after: $after, query: $search) {
            pageInfo { hasNextPage endCursor }
            nodes { inventoryItem { {{Item(version)}} } }
          }
        }
        """);

    public ShopifyDocument Items { get; } = new("InventoryItems", $$"""
        query InventoryItems($ids: [ID!]!, $location: ID!) {
          nodes(ids: $ids) { ... on InventoryItem { {{Item(version)}} } }
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

    private static string Item(ShopifyVersion version) =>
        $$"""id sku tracked inventoryLevel(locationId: $location{{(version.ShowsInactiveLevels ? ", includeInactive: true" : "")}}) { quantities(names: ["available", "committed"]) { name quantity } }""";
}

/// <summary>A document with one operation, and the operation's name.</summary>
internal sealed record ShopifyDocument(string Operation, string Text);
