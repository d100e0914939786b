using System.Globalization;
using System.Text.Json.Nodes;
using EventTracking.Api.Sandbox.Graph;
using EventTracking.Stock.Connectors.Shopify;
using EventTracking.Stock.Rules;

namespace EventTracking.Api.Sandbox;

/// <summary>What the small Admin API can be asked for.</summary>
internal sealed class ShopifySandboxQueries(SandboxState state, StockLocations locations)
{
    private const int MaxPageSize = 250;
    private const string SkuTerm = "sku:\"";
    private const string IdTerm = "id:>=";

    /// <summary>Paging ends here: https://shopify.dev/docs/api/usage/pagination-graphql</summary>
    private const int MaxListed = 25_000;

    public static string TypeOf(object parent) => parent switch
    {
        Item => "InventoryItem",
        Variant => "ProductVariant",
        Level => "InventoryLevel",
        Quantity => "InventoryQuantity",
        Page => "ProductVariantConnection",
        ItemPage => "InventoryItemConnection",
        SandboxSetResult => "InventorySetQuantitiesPayload",
        SandboxAdjustment => "InventoryAdjustmentGroup",
        SandboxSetError => "InventorySetQuantitiesUserError",
        _ => parent.GetType().Name,
    };

    public object? Resolve(ShopifyVersion version, object parent, GraphSelection field, GraphArguments arguments) => (parent, field.Name) switch
    {
        (GraphRoot, "inventoryItem") => Find(arguments["id"]),
        (GraphRoot, "nodes") => arguments["ids"]!.AsArray().Select(Find),
        (GraphRoot, "productVariants") => FindVariants(arguments),
        (GraphRoot, "inventoryItems") => FindItems(arguments),
        (ItemPage page, "nodes") => page.Items,
        (ItemPage page, "pageInfo") => new PageInfo(page.Next),
        (Item item, "id") => ShopifySandboxGraph.Gid("InventoryItem", item.Product.InventoryItemId!.Value),
        (Item item, "sku") => item.Product.SkuAtShopify,
        (Item item, "tracked") => item.Product.TrackedAtShopify,
        (Item item, "inventoryLevel") => FindLevel(version, item.Product, arguments),
        (Level level, "id") => $"{ShopifySandboxGraph.Gid("InventoryLevel", level.Location.IsMain ? 9100 : 9100 + (level.Location.Id % 1000))}?inventory_item_id={level.Product.InventoryItemId!.Value.ToString(CultureInfo.InvariantCulture)}",
        (Level level, "isActive") => (level.Stock.Level == SandboxLevel.Active),
        (Level level, "quantities") => arguments["names"]!.AsArray().Select(name => QuantityOf(level.Stock, name!.GetValue<string>())),
        (Quantity quantity, "name") => quantity.Name,
        (Quantity quantity, "quantity") => quantity.Value,
        (Page page, "nodes") => page.Variants,
        (Page page, "pageInfo") => new PageInfo(page.Next),
        (PageInfo info, "hasNextPage") => info.Next is not null,
        (PageInfo info, "endCursor") => info.Next,
        (Variant variant, "id") => ShopifySandboxGraph.Gid("ProductVariant", variant.Product.InventoryItemId!.Value),
        (Variant variant, "sku") => variant.Product.SkuAtShopify,
        (Variant variant, "inventoryItem") => new Item(variant.Product),
        (SandboxSetResult result, "inventoryAdjustmentGroup") => result.Group,
        (SandboxSetResult result, "userErrors") => result.Errors,
        (SandboxAdjustment group, "id") => ShopifySandboxGraph.Gid("InventoryAdjustmentGroup", group.Number),
        (SandboxAdjustment group, "reason") => group.Reason,
        (SandboxAdjustment group, "referenceDocumentUri") => group.Reference,
        (SandboxSetError error, "code") => error.Code,
        (SandboxSetError error, "field") => error.Path,
        (SandboxSetError error, "message") => error.Message,
        _ => throw new GraphSyntaxException($"The sandbox does not support the field '{field.Name}'"),
    };

    private Item? Find(JsonNode? gid)
    {
        if (ShopifySandboxGraph.IdOf("InventoryItem", gid) is { } id)
        {
            return state.FindItem(id) is { IsAtShopify: true } product ? new Item(product) : null;
        }

        throw new GraphRefusedException(new GraphError("RESOURCE_NOT_FOUND", $"Invalid global id '{gid}'"));
    }

    /// <summary>Finds, like the real search, what only begins with the term, whatever its case.</summary>
    private Page FindVariants(GraphArguments arguments)
    {
        var term = TermOf(arguments["query"]?.GetValue<string>() ?? "");
        var (start, size) = RangeOf(arguments);
        var found = state.Products.Where(product => product.IsAtShopify && product.SkuAtShopify.StartsWith(term, StringComparison.OrdinalIgnoreCase)).ToList();
        var end = Math.Min(found.Count, start + size);
        return new Page([.. found.Skip(start).Take(size).Select(product => new Variant(product))], end < found.Count ? end.ToString(CultureInfo.InvariantCulture) : null);
    }

    /// <summary>Lists items by id. The real API refuses to page further than the limit.</summary>
    private ItemPage FindItems(GraphArguments arguments)
    {
        var from = arguments["query"]?.GetValue<string>() switch
        {
            null => 0,
            { } search when search.StartsWith(IdTerm, StringComparison.Ordinal) && long.TryParse(search.AsSpan(IdTerm.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var id) => id,
            _ => throw new GraphSyntaxException("The sandbox supports only searches for items from an id"),
        };
        var (start, size) = RangeOf(arguments);
        if (start + size > MaxListed)
        {
            throw new GraphRefusedException(new GraphError("BAD_REQUEST", $"Pagination is limited to {MaxListed} objects"));
        }

        var found = state.Products.Where(product => product.IsAtShopify && product.InventoryItemId >= from).OrderBy(product => product.InventoryItemId).ToList();
        var end = Math.Min(found.Count, start + size);
        return new ItemPage([.. found.Skip(start).Take(size).Select(product => new Item(product))], end < found.Count ? end.ToString(CultureInfo.InvariantCulture) : null);
    }

    private static (int Start, int Size) RangeOf(GraphArguments arguments)
    {
        var size = arguments["first"]?.GetValue<long>() ?? throw new GraphRefusedException(new GraphError("BAD_REQUEST", "you must provide one of first or last"));
        return size is < 1 or > MaxPageSize
            ? throw new GraphRefusedException(new GraphError("BAD_REQUEST", $"first cannot exceed {MaxPageSize}"))
            : (arguments["after"] is { } cursor ? int.Parse(cursor.GetValue<string>(), CultureInfo.InvariantCulture) : 0, (int)size);
    }

    private Level? FindLevel(ShopifyVersion version, SandboxProduct product, GraphArguments arguments)
    {
        var inactive = version.ShowsInactiveLevels && arguments["includeInactive"]?.GetValue<bool>() == true;
        return SandboxLocation.Find(locations, ShopifySandboxGraph.IdOf("Location", arguments["locationId"])) is { } location
            && product.At(location) is var stock && (stock.Level == SandboxLevel.Active || (inactive && stock.Level == SandboxLevel.Inactive))
            ? new Level(product, location, stock)
            : null;
    }

    private static Quantity QuantityOf(SandboxStock stock, string name) => new(name, name switch
    {
        "available" => stock.Available,
        "committed" => stock.Committed,
        "on_hand" => stock.Available + stock.Committed,
        "incoming" or "reserved" or "damaged" or "safety_stock" or "quality_control" => 0,
        _ => throw new GraphRefusedException(new GraphError("BAD_REQUEST", $"The quantity name '{name}' is not valid")),
    });

    private static string TermOf(string search) =>
        search.StartsWith(SkuTerm, StringComparison.Ordinal) && search.EndsWith('"') && search.Length > SkuTerm.Length
            ? search[SkuTerm.Length..^1].Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal)
            : throw new GraphSyntaxException("The sandbox supports only searches for quoted SKUs");

    private sealed record Item(SandboxProduct Product);

    private sealed record Variant(SandboxProduct Product);

    private sealed record Level(SandboxProduct Product, SandboxLocation Location, SandboxStock Stock);

    private sealed record Quantity(string Name, int Value);

    private sealed record Page(IReadOnlyList<Variant> Variants, string? Next);

    private sealed record ItemPage(IReadOnlyList<Item> Items, string? Next);

    private sealed record PageInfo(string? Next);
}
