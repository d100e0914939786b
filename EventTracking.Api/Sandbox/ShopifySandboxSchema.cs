using EventTracking.Api.Sandbox.Graph;
using EventTracking.Stock.Connectors.Shopify;

namespace EventTracking.Api.Sandbox;

/// <summary>
/// The part of Shopify's Admin schema that the sandbox performs. A test compares it with Shopify's own schema of each version.
/// <c>@in(from:, until:)</c> names the versions that have a field, where these are not all.
/// </summary>
internal static class ShopifySandboxSchema
{
    /// <summary>The directive is not part of the schema of the types.</summary>
    public static IReadOnlyDictionary<string, GraphFieldDefinition> Directives { get; } = Types("directive Directives { idempotent(key: String!): Directive }", null)[0].Fields;

    private const string Text = """
        type QueryRoot {
          inventoryItem(id: ID!): InventoryItem
          inventoryItems(after: String, first: Int, query: String): InventoryItemConnection!
          nodes(ids: [ID!]!): [Node]!
          productVariants(after: String, first: Int, query: String): ProductVariantConnection!
        }

        type Mutation {
          inventorySetQuantities(input: InventorySetQuantitiesInput!): InventorySetQuantitiesPayload
        }

        interface Node {
          id: ID!
        }

        type InventoryItem implements Node {
          id: ID!
          inventoryLevel(locationId: ID!, includeInactive: Boolean @in(from: "2026-04")): InventoryLevel
          sku: String
          tracked: Boolean!
        }

        type InventoryItemConnection {
          nodes: [InventoryItem!]!
          pageInfo: PageInfo!
        }

        type InventoryLevel implements Node {
          id: ID!
          isActive: Boolean! @in(from: "2026-04")
          quantities(names: [String!]!): [InventoryQuantity!]!
        }

        type InventoryQuantity {
          name: String!
          quantity: Int!
        }

        type ProductVariantConnection {
          nodes: [ProductVariant!]!
          pageInfo: PageInfo!
        }

        type ProductVariant implements Node {
          id: ID!
          inventoryItem: InventoryItem!
          sku: String
        }

        type PageInfo {
          endCursor: String
          hasNextPage: Boolean!
        }

        type InventorySetQuantitiesPayload {
          inventoryAdjustmentGroup: InventoryAdjustmentGroup
          userErrors: [InventorySetQuantitiesUserError!]!
        }

        type InventoryAdjustmentGroup implements Node {
          id: ID!
          reason: String!
          referenceDocumentUri: String
        }

        type InventorySetQuantitiesUserError {
          code: InventorySetQuantitiesUserErrorCode
          field: [String!]
          message: String!
        }

        input InventorySetQuantitiesInput {
          ignoreCompareQuantity: Boolean @in(until: "2026-01")
          name: String!
          quantities: [InventoryQuantityInput!]!
          reason: String!
          referenceDocumentUri: String
        }

        input InventoryQuantityInput {
          changeFromQuantity: Int
          compareQuantity: Int @in(until: "2026-01")
          inventoryItemId: ID!
          locationId: ID!
          quantity: Int!
        }
        """;

    public static GraphSchema Of(ShopifyVersion version) => new(Types(Text, version));

    private static IReadOnlyList<GraphTypeDefinition> Types(string text, ShopifyVersion? version) =>
        GraphParser.ParseTypes(text, (from, until) => (from is null || version!.IsFrom(from)) && (until is null || version!.IsUntil(until)));
}
