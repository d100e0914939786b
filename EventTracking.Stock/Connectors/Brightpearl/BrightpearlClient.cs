using System.Globalization;
using System.Text.Json;
using EventTracking.Core.Secrets;
using Microsoft.Extensions.Options;

namespace EventTracking.Stock.Connectors.Brightpearl;

/// <summary>A client for the parts of Brightpearl's REST API that the integration needs. Every failure is a <see cref="ConnectorException"/>.</summary>
internal sealed class BrightpearlClient(HttpClient http, IOptionsMonitor<BrightpearlOptions> options, SecretRefresh secrets)
{
    private const int ProductsPerCall = 100;
    private const int MaxPages = 20;

    private readonly BrightpearlApi api = new(http, options, secrets);
    private readonly string? warehouse = options.CurrentValue.WarehouseId?.ToString(CultureInfo.InvariantCulture);

    /// <summary>Returns the product, or null if it does not exist.</summary>
    public async Task<BrightpearlProduct?> FindProductAsync(long productId, CancellationToken cancellationToken)
    {
        var resource = string.Create(CultureInfo.InvariantCulture, $"product-service/product/{productId}");
        var products = await api.GetAsync(resource, BrightpearlJson.Default.Products, cancellationToken);
        return products?.FirstOrDefault(product => product.Id == productId) is { } found
            ? new BrightpearlProduct(found.Id, found.Identity?.Sku, found.Stock?.StockTracked ?? false, found.Composition?.Bundle ?? false)
            : null;
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
    public async Task<IReadOnlyDictionary<long, BrightpearlAvailability>> GetAvailabilityAsync(IReadOnlyList<long> productIds, CancellationToken cancellationToken)
    {
        var found = new Dictionary<long, BrightpearlAvailability>(productIds.Count);
        foreach (var chunk in productIds.Distinct().Order().Chunk(ProductsPerCall))
        {
            var resource = $"warehouse-service/product-availability/{BrightpearlIdSet.Of(chunk)}";
            var products = await api.GetAsync(resource, BrightpearlJson.Default.Availability, cancellationToken);
            foreach (var (id, product) in products ?? new Dictionary<string, AvailabilityMessage>())
            {
                if (!long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var productId) || product is null)
                {
                    throw BrightpearlApi.Malformed(resource, "a product has no id or no quantities");
                }

                found[productId] = AvailabilityOf(product) ?? throw BrightpearlApi.Malformed(resource, "a product has no total");
            }
        }

        return found;
    }

    private BrightpearlAvailability? AvailabilityOf(AvailabilityMessage product)
    {
        if (product.Total is not { } stock)
        {
            return null;
        }

        if (warehouse is not null)
        {
            // Brightpearl lists only warehouses that hold the product, so a missing one holds none.
            stock = product.Warehouses?.GetValueOrDefault(warehouse) ?? new StockMessage(0, 0);
        }

        return new BrightpearlAvailability(stock.OnHand, stock.Allocated);
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
