using System.Globalization;

namespace EventTracking.Stock.Catalog;

/// <summary>What an operator copies from Shopify or Brightpearl: an id as Shopify's API writes it, or the address of a page.</summary>
/// <param name="Kind">The kind of what it is about, as in Shopify's ids, e.g. <c>InventoryItem</c>.</param>
/// <param name="Id">Its id.</param>
/// <param name="IsBrightpearl">Whether it is Brightpearl's.</param>
internal readonly record struct ShopAddress(string Kind, long Id, bool IsBrightpearl)
{
    public const string Product = "Product";
    public const string Variant = "ProductVariant";
    public const string InventoryItem = "InventoryItem";
    public const string Order = "Order";
    public const string Location = "Location";

    private const string ShopifyIds = "gid://shopify/";
    private const string InventoryLevel = "InventoryLevel";
    private const string ItemOfLevel = "inventory_item_id";

    private static readonly (string Folder, string Kind)[] Folders =
        [("variants", Variant), ("products", Product), ("inventory_items", InventoryItem), ("orders", Order), ("draft_orders", "DraftOrder"), ("locations", Location)];

    private static readonly (string Parameter, string Kind)[] Parameters = [("pID", Product), ("oID", Order)];

    /// <summary>Returns everything that the text is about; empty if it is no address of either system.</summary>
    public static IReadOnlyList<ShopAddress> Read(string text)
    {
        if (text.StartsWith(ShopifyIds, StringComparison.OrdinalIgnoreCase))
        {
            var parts = text[ShopifyIds.Length..].Split('/', '?');
            return parts is [InventoryLevel, _, var query] && TryParameter(query, ItemOfLevel, out var item) ? [new(InventoryItem, item, false)]
                : parts is [var kind, var number, ..] && TryNumber(number, out var id) ? [new(kind, id, false)]
                : [];
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || (address.Scheme != Uri.UriSchemeHttps && address.Scheme != Uri.UriSchemeHttp))
        {
            return [];
        }

        return IsOf(address, "brightpearlapp.com") || IsOf(address, "brightpearl.com")
            ? [.. Parameters.SelectMany(parameter => TryParameter(address.Query, parameter.Parameter, out var id) ? [new ShopAddress(parameter.Kind, id, true)] : Array.Empty<ShopAddress>())]
            : IsOf(address, "shopify.com") || IsOf(address, "myshopify.com") ? [.. ReadPage(address.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries))]
            : [];
    }

    private static IEnumerable<ShopAddress> ReadPage(string[] path)
    {
        foreach (var (folder, kind) in Folders)
        {
            var at = Array.IndexOf(path, folder);
            if (at >= 0 && at + 1 < path.Length && TryNumber(path[at + 1].Split('.')[0], out var id))
            {
                yield return new ShopAddress(kind, id, false);
            }
        }
    }

    private static bool IsOf(Uri address, string domain) => address.Host == domain || address.Host.EndsWith($".{domain}", StringComparison.Ordinal);

    private static bool TryParameter(string query, string name, out long id)
    {
        id = 0;
        return query.TrimStart('?').Split('&').Select(part => part.Split('=')).FirstOrDefault(part => part is [var key, _] && key == name) is [_, var value] && TryNumber(value, out id);
    }

    private static bool TryNumber(string text, out long id) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out id) && id > 0;
}
