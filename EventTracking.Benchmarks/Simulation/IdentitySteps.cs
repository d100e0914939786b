using System.Globalization;
using System.Text;
using EventTracking.Api.Sandbox;
using EventTracking.Stock.Vocabulary;

namespace EventTracking.Benchmarks.Simulation;

/// <summary>SKUs that move, variants that are made again, and products that vanish. Webhooks report the changes, some of them minutes late.</summary>
internal static class IdentitySteps
{
    private static readonly TimeSpan Latest = TimeSpan.FromMinutes(8);

    public static void RenameItem(World world, string name)
    {
        if (Pick(world, name) is { } product)
        {
            SetItemSku(world, product, NewSku(world, name));
            AnnounceItem(world, product, Topics.InventoryItemsUpdate, name);
        }
    }

    public static void RenameProduct(World world, string name)
    {
        if (Pick(world, name) is { } product)
        {
            SetProductSku(world, product, NewSku(world, name), [AnnounceProduct(world, product, Topics.ProductModified, name)]);
        }
    }

    /// <summary>Two items exchange their SKUs at Shopify, and one webhook or two report it. One is enough if the item that it is about is linked.</summary>
    public static void SwapItems(World world, string name)
    {
        if (PickTwo(world, name) is var (one, other))
        {
            var isLinked = world.Process?.Products().Any(known => known.InventoryItemId == one.InventoryItemId && known.Sku == one.SkuAtShopify) is true;
            SetItemSku(world, one, other.SkuAtShopify);
            SetItemSku(world, other, one.SkuAtShopify);
            AnnounceItem(world, one, Topics.InventoryItemsUpdate, $"{name}/one");
            if (world.Luck.Happens($"{name}/both", 0.5))
            {
                AnnounceItem(world, other, Topics.InventoryItemsUpdate, $"{name}/other");
            }
            else if (isLinked)
            {
                world.Sources.Identities.Announce(other.InventoryItemId!.Value);
            }
        }
    }

    /// <summary>Two products exchange their SKUs at Brightpearl.</summary>
    public static void SwapProducts(World world, string name)
    {
        if (PickTwo(world, name) is var (one, other))
        {
            Webhook[] webhooks = [AnnounceProduct(world, one, Topics.ProductModified, $"{name}/one"), AnnounceProduct(world, other, Topics.ProductModified, $"{name}/other")];
            SetProductSku(world, one, other.Sku, webhooks);
            SetProductSku(world, other, one.Sku, webhooks);
        }
    }

    /// <summary>A SKU goes from one item to another, whose own is lost.</summary>
    public static void MoveItemSku(World world, string name)
    {
        if (PickTwo(world, name) is var (from, to))
        {
            SetItemSku(world, from, NewSku(world, name));
            SetItemSku(world, to, from.SkuAtShopify);
            AnnounceItem(world, from, Topics.InventoryItemsUpdate, $"{name}/from");
            AnnounceItem(world, to, Topics.InventoryItemsUpdate, $"{name}/to");
        }
    }

    /// <summary>A SKU goes from one product to another at Brightpearl.</summary>
    public static void MoveProductSku(World world, string name)
    {
        if (PickTwo(world, name) is var (from, to))
        {
            SetProductSku(world, from, NewSku(world, name), [AnnounceProduct(world, from, Topics.ProductModified, $"{name}/from")]);
            SetProductSku(world, to, from.Sku, [AnnounceProduct(world, to, Topics.ProductModified, $"{name}/to")]);
        }
    }

    /// <summary>A variant is deleted and made again with the same SKU: it has another item then, with no stock.</summary>
    public static void Recreate(World world, string name)
    {
        if (Pick(world, name) is { } product)
        {
            var next = world.Sources.Truth.NextItemId();
            world.Sources.Change(known => known.ProductId == product.ProductId, known => known with { InventoryItemId = next, Available = 0, Committed = 0, OtherLocations = known.OtherLocations.Clear() });
            AnnounceItem(world, product, Topics.InventoryItemsDelete, $"{name}/delete");
            AnnounceItem(world, product with { InventoryItemId = next }, Topics.InventoryItemsCreate, $"{name}/create");
        }
    }

    public static void DeleteItem(World world, string name)
    {
        if (Pick(world, name) is { } product)
        {
            world.Sources.Change(known => known.ProductId == product.ProductId, known => known with { HiddenAtShopify = true });
            AnnounceItem(world, product, Topics.InventoryItemsDelete, name);
        }
    }

    public static void DestroyProduct(World world, string name)
    {
        if (Pick(world, name) is { } product)
        {
            var webhook = AnnounceProduct(world, product, Topics.ProductDestroyed, name);
            world.Sources.Change(known => known.ProductId == product.ProductId, known => known with { HiddenAtBrightpearl = true });
            world.Sources.Identities.Renamed(product.ProductId!.Value, product.Sku, [webhook]);
        }
    }

    // Products 205 and 206 stay as they are: one side shows them later, or not at all.
    private static List<SandboxProduct> Movable(World world) =>
        [.. world.Sources.Truth.Products.Where(product => product is { ProductId: not null and not (205 or 206), InventoryItemId: not null, IsAtShopify: true, IsAtBrightpearl: true })];

    private static SandboxProduct? Pick(World world, string name) => Movable(world) is { Count: > 0 } products ? world.Luck.Pick($"{name}/product", products) : null;

    private static (SandboxProduct, SandboxProduct)? PickTwo(World world, string name)
    {
        var products = Movable(world);
        if (products.Count < 2)
        {
            return null;
        }

        var first = world.Luck.Below($"{name}/first", products.Count);
        return (products[first], products[(first + 1 + world.Luck.Below($"{name}/second", products.Count - 1)) % products.Count]);
    }

    private static string NewSku(World world, string name) => $"NEW-{world.Luck.Hash(name):x16}";

    private static void SetItemSku(World world, SandboxProduct product, string sku)
    {
        world.Sources.Change(known => known.InventoryItemId == product.InventoryItemId, known => known with { ShopifySku = sku });
        world.Sources.Identities.Changed(product.InventoryItemId!.Value);
    }

    // Shopify's SKU is the same field until one of them changes.
    private static void SetProductSku(World world, SandboxProduct product, string sku, IReadOnlyList<Webhook> webhooks)
    {
        world.Sources.Change(known => known.ProductId == product.ProductId, known => known with { Sku = sku, ShopifySku = known.SkuAtShopify });
        world.Sources.Identities.Renamed(product.ProductId!.Value, product.Sku, webhooks);
    }

    private static void AnnounceItem(World world, SandboxProduct product, string topic, string name)
    {
        world.Sources.Identities.Announce(product.InventoryItemId!.Value);
        var body = string.Create(CultureInfo.InvariantCulture, $$"""{"id":{{product.InventoryItemId}},"admin_graphql_api_id":"gid://shopify/InventoryItem/{{product.InventoryItemId}}"}""");
        world.Sources.SendShopify(topic, Encoding.UTF8.GetBytes(body), $"{name}/item", Delay(world, $"{name}/item"));
    }

    private static Webhook AnnounceProduct(World world, SandboxProduct product, string topic, string name)
    {
        world.Sources.Identities.Announce(product.ProductId!.Value);
        return world.Sources.SendBrightpearl(product.ProductId.Value.ToString(CultureInfo.InvariantCulture), topic, $"{name}/product", Delay(world, $"{name}/product"));
    }

    private static TimeSpan Delay(World world, string name) => world.Luck.Happens($"{name}/late", 0.3) ? Latest * world.Luck.Fraction($"{name}/delay") : TimeSpan.Zero;
}
