namespace EventTracking.Stock.Connectors.Shopify;

/// <summary>The queries and mutations for the Admin API. The operation names are sent along and appear in Shopify's logs.</summary>
internal static class ShopifyQueries
{
    public const string Variants = $$"""
        query VariantsBySku($search: String!, $location: ID!, $after: String) {
          productVariants(first: 10, after: $after, query: $search) {
            pageInfo { hasNextPage endCursor }
            nodes { inventoryItem { {{Item}} } }
          }
        }
        """;

    public const string Items = $$"""
        query InventoryItems($ids: [ID!]!, $location: ID!) {
          nodes(ids: $ids) { ... on InventoryItem { {{Item}} } }
        }
        """;

    public const string SetAvailable = """
        mutation SetAvailable($input: InventorySetQuantitiesInput!, $key: String!) {
          inventorySetQuantities(input: $input) @idempotent(key: $key) {
            inventoryAdjustmentGroup { id }
            userErrors { code field message }
          }
        }
        """;

    private const string Item = """id sku tracked inventoryLevel(locationId: $location) { quantities(names: ["available", "committed"]) { name quantity } }""";
}
