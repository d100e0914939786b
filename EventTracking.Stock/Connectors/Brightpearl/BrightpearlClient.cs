using System.Globalization;
using System.Text.Json;
using EventTracking.Core.Secrets;
using Microsoft.Extensions.Options;

namespace EventTracking.Stock.Connectors.Brightpearl;

/// <summary>A client for the parts of Brightpearl's REST API that the integration needs. Every failure is a <see cref="ConnectorException"/>.</summary>
internal sealed class BrightpearlClient(HttpClient http, IOptionsMonitor<BrightpearlOptions> options, SecretRefresh secrets)
{
    private const int ProductsPerCall = 200;
    private const int AvailabilitiesPerCall = 100;
    private const int MaxPages = 20;

    private readonly BrightpearlApi api = new(http, options, secrets);
    private readonly string? warehouse = options.CurrentValue.WarehouseId?.ToString(CultureInfo.InvariantCulture);

    /// <summary>Returns the products by id. Products that do not exist are missing from the result. Long lists are split into several calls.</summary>
    public async Task<IReadOnlyDictionary<long, BrightpearlReading<BrightpearlProduct>>> GetProductsAsync(IReadOnlyList<long> productIds, CancellationToken cancellationToken)
    {
        var found = new Dictionary<long, BrightpearlReading<BrightpearlProduct>>(productIds.Count);
        foreach (var chunk in productIds.Distinct().Order().Chunk(ProductsPerCall))
        {
            var resource = $"product-service/product/{BrightpearlIdSet.Of(chunk)}";
            foreach (var product in await api.GetAsync(resource, BrightpearlJson.Default.Products, cancellationToken) ?? [])
            {
                var id = product?.Id ?? throw BrightpearlApi.Malformed(resource, "a product has no id");
                found[id] = ProductOf(id, product);
            }
        }

        return found;
    }

    /// <summary>Returns the ids of the products with exactly this SKU; there may be more than one.</summary>
    public async Task<IReadOnlyList<long>> FindProductIdsAsync(string sku, CancellationToken cancellationToken)
    {
        var found = new List<long>();
        long next = 1;
        for (var page = 0; page < MaxPages; page++)
        {
            var resource = string.Create(CultureInfo.InvariantCulture, $"product-service/product-search?SKU={Uri.EscapeDataString(sku)}&firstResult={next}");
            if (await api.GetAsync(resource, BrightpearlJson.Default.Search, cancellationToken) is not { } search)
            {
                break;
            }

            if (search is not { Results: { } rows, MetaData: { Columns: { } columns } meta })
            {
                throw BrightpearlApi.Malformed(resource, "it has no rows or no columns");
            }

            Collect(rows, Column(columns, "productId", resource), Column(columns, "SKU", resource), sku, found, resource);
            if (!meta.MorePagesAvailable || meta.LastResult < next)
            {
                break;
            }

            next = meta.LastResult + 1;
        }

        return found;
    }

    /// <summary>Returns availability by product id. Products that are deleted or not stock-tracked are missing from the result. Long lists are split into several calls.</summary>
    public async Task<IReadOnlyDictionary<long, BrightpearlReading<BrightpearlAvailability>>> GetAvailabilityAsync(IReadOnlyList<long> productIds, CancellationToken cancellationToken)
    {
        var found = new Dictionary<long, BrightpearlReading<BrightpearlAvailability>>(productIds.Count);
        foreach (var chunk in productIds.Distinct().Order().Chunk(AvailabilitiesPerCall))
        {
            var resource = $"warehouse-service/product-availability/{BrightpearlIdSet.Of(chunk)}";
            var products = await api.GetAsync(resource, BrightpearlJson.Default.Availability, cancellationToken);
            foreach (var (id, product) in products ?? new Dictionary<string, AvailabilityMessage?>())
            {
                var productId = long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw BrightpearlApi.Malformed(resource, "a product has no id");
                found[productId] = AvailabilityOf(productId, product);
            }
        }

        return found;
    }

    private static BrightpearlReading<BrightpearlProduct> ProductOf(long id, ProductMessage product) => product switch
    {
        { Identity: null } => new(id, "identity"),
        { Stock.StockTracked: null } or { Stock: null } => new(id, "stock.stockTracked"),
        { Composition.Bundle: null } or { Composition: null } => new(id, "composition.bundle"),
        { Identity.Sku: var sku, Stock.StockTracked: { } tracked, Composition.Bundle: { } bundle } => new(id, new BrightpearlProduct(id, string.IsNullOrEmpty(sku) ? null : sku, tracked, bundle)),
    };

    private BrightpearlReading<BrightpearlAvailability> AvailabilityOf(long id, AvailabilityMessage? product)
    {
        if (product?.Total is not { } stock)
        {
            return new(id, "total");
        }

        var path = "total";
        if (warehouse is not null)
        {
            if (product.Warehouses is not { } warehouses)
            {
                return new(id, "warehouses");
            }

            path = $"warehouses.{warehouse}";

            // Brightpearl lists only warehouses that hold the product, so a missing one holds none.
            if (!warehouses.TryGetValue(warehouse, out var there))
            {
                return new(id, new BrightpearlAvailability(0, 0));
            }

            if (there is null)
            {
                return new(id, path);
            }

            stock = there;
        }

        return stock switch
        {
            { OnHand: null } => new(id, path + ".onHand"),
            { Allocated: null } => new(id, path + ".allocated"),
            { OnHand: { } onHand, Allocated: { } allocated } => new(id, new BrightpearlAvailability(onHand, allocated)),
        };
    }

    private static void Collect(IReadOnlyList<JsonElement> rows, int idColumn, int skuColumn, string sku, List<long> found, string resource)
    {
        foreach (var row in rows)
        {
            if (row.ValueKind != JsonValueKind.Array || row.GetArrayLength() <= Math.Max(idColumn, skuColumn))
            {
                throw BrightpearlApi.Malformed(resource, "a row has fewer columns than the metadata lists");
            }

            if (row[skuColumn] is { ValueKind: JsonValueKind.String } text && text.ValueEquals(sku))
            {
                found.Add(row[idColumn] is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var id)
                    ? id
                    : throw BrightpearlApi.Malformed(resource, "a row has no product id"));
            }
        }
    }

    private static int Column(IReadOnlyList<SearchColumn> columns, string name, string resource)
    {
        for (var index = 0; index < columns.Count; index++)
        {
            if (string.Equals(columns[index]?.Name, name, StringComparison.OrdinalIgnoreCase))
            {
                return index;
            }
        }

        throw BrightpearlApi.Malformed(resource, $"it has no column '{name}'");
    }
}

/// <summary>A Brightpearl product.</summary>
internal sealed record BrightpearlProduct(long Id, string? Sku, bool StockTracked, bool Bundle);

/// <summary>The quantities of a product. <c>OnHand</c> can be sold (Shopify calls it available); orders hold <c>Allocated</c>.</summary>
internal sealed record BrightpearlAvailability(int OnHand, int Allocated);
