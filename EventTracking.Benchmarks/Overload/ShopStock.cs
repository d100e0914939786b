using System.Globalization;
using System.Text;
using EventTracking.Benchmarks.Intake;
using EventTracking.Benchmarks.Load;
using EventTracking.Benchmarks.Processes;
using EventTracking.Core.Backends.Embedded;
using EventTracking.Core.Backends.Embedded.Records;
using EventTracking.Core.Backends.Embedded.Storage;
using EventTracking.Stock.Rules;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventTracking.Benchmarks.Overload;

/// <summary>Products in the catalog and webhooks about their stock at Shopify; each webhook costs one call to read the stock.</summary>
internal static class ShopStock
{
    private const long FirstItem = 271878346596884015;

    public static async Task LinkAsync(string dataPath, int products)
    {
        await using var store = EmbeddedStore.Open(dataPath, new EmbeddedOptions(), TimeProvider.System, NullLogger<EmbeddedStore>.Instance);
        var catalog = Catalogs.Over(new EmbeddedRecordStore(store), new StockLocations([new StockLocation(ProductServer.Location, [])]));
        await Task.WhenAll(Enumerable.Range(0, products).Select(product =>
            catalog.LinkAsync(product + 1, $"SKU-{product}", FirstItem + product, CancellationToken.None)));
    }

    /// <summary>The SKU of an item by its global id, e.g. <c>gid://shopify/InventoryItem/271878346596884015</c>.</summary>
    public static string SkuOf(string gid) =>
        string.Create(CultureInfo.InvariantCulture, $"SKU-{long.Parse(gid.AsSpan(gid.LastIndexOf('/') + 1), CultureInfo.InvariantCulture) - FirstItem}");

    /// <summary>
    /// The webhooks of each connection. Each connection cycles through products of its own, so that two webhooks about the same
    /// product rarely meet in a batch and share a read.
    /// </summary>
    public static NextRequest[] Webhooks(int connections, int products) =>
    [
        .. Enumerable.Range(0, connections).Select(connection => (NextRequest)new WebhookRequests(
            "inventory_levels/update",
            Enumerable.Range(0, products).Where(product => product % connections == connection).Select(Compose)).Next),
    ];

    private static byte[] Compose(int product) => Encoding.UTF8.GetBytes(
        $$"""{"inventory_item_id":{{FirstItem + product}},"location_id":{{ProductServer.Location}},"available":7,"updated_at":"2026-11-23T10:15:30-05:00","admin_graphql_api_id":"gid://shopify/InventoryLevel/{{product:00000}}?inventory_item_id={{FirstItem + product}}"}""");
}
