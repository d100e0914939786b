using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventTracking.Stock.Connectors.Shopify;
using Microsoft.Extensions.Options;

namespace EventTracking.Api.Sandbox;

/// <summary>The reading half of the small Admin API.</summary>
internal sealed class ShopifySandboxQueries(SandboxState state, IOptions<ShopifyOptions> options)
{
    private const int PageSize = 10;
    private const string SkuTerm = "sku:\"";

    /// <summary>Like the real search it finds what only begins with the term, and does not mind the case.</summary>
    public JsonObject Variants(JsonElement variables)
    {
        var term = TermOf(variables.GetProperty("search").GetString() ?? "");
        var start = variables.TryGetProperty("after", out var after) && after.GetString() is { } cursor ? int.Parse(cursor, CultureInfo.InvariantCulture) : 0;
        var found = state.Products.Where(product => product.IsAtShopify && product.Sku.StartsWith(term, StringComparison.OrdinalIgnoreCase)).ToList();
        var end = Math.Min(found.Count, start + PageSize);
        return ShopifySandboxGraph.Data(new JsonObject
        {
            ["productVariants"] = new JsonObject
            {
                ["pageInfo"] = new JsonObject
                {
                    ["hasNextPage"] = end < found.Count,
                    ["endCursor"] = end > start ? end.ToString(CultureInfo.InvariantCulture) : null,
                },
                ["nodes"] = SandboxResponses.Array(found.Skip(start).Take(PageSize).Select(product => new JsonObject
                {
                    ["inventoryItem"] = Item(product, variables.GetProperty("location")),
                })),
            },
        });
    }

    public JsonObject Items(JsonElement variables)
    {
        var location = variables.GetProperty("location");
        return ShopifySandboxGraph.Data(new JsonObject
        {
            ["nodes"] = SandboxResponses.Array(variables.GetProperty("ids").EnumerateArray()
                .Select(gid => Find(ShopifySandboxGraph.IdOf(gid)))
                .Select(product => product is null ? null : Item(product, location))),
        });
    }

    private SandboxProduct? Find(long inventoryItemId) => state.FindItem(inventoryItemId) is { IsAtShopify: true } product ? product : null;

    private JsonObject Item(SandboxProduct product, JsonElement location)
    {
        var stocked = ShopifySandboxGraph.IdOf(location) == options.Value.LocationId;
        return new JsonObject
        {
            ["id"] = ShopifySandboxGraph.Gid("InventoryItem", product.InventoryItemId ?? 0),
            ["sku"] = product.Sku,
            ["tracked"] = product.StockTracked,
            ["inventoryLevel"] = stocked
                ? new JsonObject { ["quantities"] = new JsonArray(Quantity("available", product.Available), Quantity("committed", product.Committed)) }
                : null,
        };
    }

    private static JsonObject Quantity(string name, int quantity) => new() { ["name"] = name, ["quantity"] = quantity };

    private static string TermOf(string search) =>
        search.StartsWith(SkuTerm, StringComparison.Ordinal) && search.EndsWith('"') && search.Length > SkuTerm.Length
            ? search[SkuTerm.Length..^1].Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal)
            : throw new FormatException("The sandbox supports only searches for quoted SKUs.");
}
