using System.Globalization;
using EventTracking.Stock.Rules;
using Microsoft.Extensions.Options;

namespace EventTracking.Stock.Connectors.Brightpearl;

/// <summary>A client for the parts of Brightpearl's REST API that the integration needs. Every failure is a <see cref="ConnectorException"/>.</summary>
internal sealed class BrightpearlClient(HttpClient http, IOptionsMonitor<BrightpearlOptions> options, BrightpearlTokens tokens, StockLocations locations)
{
    public const int ProductsPerCall = 200;
    private const int AvailabilitiesPerCall = 100;
    private const int MaxPages = 20;
    private const int CatalogPageSize = 500;

    private readonly BrightpearlApi api = new(http, options, tokens);
    private readonly BrightpearlAnswers answers = new(locations, options.CurrentValue.MissingQuantityIsZero);

    /// <summary>Returns the products by id. Products that do not exist are missing from the result. Long lists are split into several calls.</summary>
    public async Task<IReadOnlyDictionary<long, BrightpearlReading<BrightpearlProduct>>> GetProductsAsync(IReadOnlyList<long> productIds, CancellationToken cancellationToken)
    {
        var found = new Dictionary<long, BrightpearlReading<BrightpearlProduct>>(productIds.Count);
        foreach (var chunk in productIds.Distinct().Order().Chunk(ProductsPerCall))
        {
            var products = await api.GetAsync($"product-service/product/{BrightpearlIdSet.Of(chunk)}", ReadProducts, cancellationToken);
            foreach (var (id, product) in products ?? [])
            {
                found[id] = product;
            }
        }

        return found;
    }

    /// <summary>Returns the ids of the products with exactly this SKU; there may be more than one.</summary>
    public async Task<IReadOnlyList<long>> FindProductIdsAsync(string sku, CancellationToken cancellationToken)
    {
        var found = new List<long>();
        long first = 1;
        for (var page = 0; page < MaxPages; page++)
        {
            var resource = string.Create(CultureInfo.InvariantCulture, $"product-service/product-search?SKU={Uri.EscapeDataString(sku)}&firstResult={first}");
            var search = await api.GetAsync(resource, response => BrightpearlSearch.Read(response, first), cancellationToken);
            found.AddRange(search?.Rows.Where(row => string.Equals(row.Sku, sku, StringComparison.Ordinal)).Select(row => row.ProductId) ?? []);
            if (search?.Next is not { } next)
            {
                return found;
            }

            first = next;
        }

        // What was not read may hold the SKU again, so this is no answer.
        throw new ConnectorException($"Brightpearl's search for the SKU '{sku}' finds more than {MaxPages} pages of similar SKUs.", BrightpearlApi.Connector + "/too-many-results", transient: false);
    }

    /// <summary>Returns the stock of all locations by product id. Products that are deleted or not stock-tracked are missing from the result. Long lists are split into several calls.</summary>
    public async Task<IReadOnlyDictionary<long, BrightpearlReading<BrightpearlStock>>> GetAvailabilityAsync(IReadOnlyList<long> productIds, CancellationToken cancellationToken)
    {
        var found = new Dictionary<long, BrightpearlReading<BrightpearlStock>>(productIds.Count);
        foreach (var chunk in productIds.Distinct().Order().Chunk(AvailabilitiesPerCall))
        {
            var products = await api.GetAsync($"warehouse-service/product-availability/{BrightpearlIdSet.Of(chunk)}", ReadAvailabilities, cancellationToken);
            foreach (var (id, availability) in products ?? [])
            {
                found[id] = availability;
            }
        }

        return found;
    }

    /// <summary>Returns a page of all products, by product id, starting with a row number. One call.</summary>
    public async Task<BrightpearlSearch> GetCatalogPageAsync(long first, CancellationToken cancellationToken)
    {
        var resource = string.Create(CultureInfo.InvariantCulture, $"product-service/product-search?firstResult={first}&pageSize={CatalogPageSize}");
        return await api.GetAsync(resource, response => BrightpearlSearch.ReadCatalog(response, first), cancellationToken) ?? new BrightpearlSearch([], null);
    }

    private static List<(long Id, BrightpearlReading<BrightpearlProduct> Product)> ReadProducts(RemoteField response) =>
        [.. response.Elements().Select(product => (Field: product, Id: product["id"].Number())).Select(product => (product.Id, BrightpearlAnswers.ReadProduct(product.Id, product.Field)))];

    private List<(long Id, BrightpearlReading<BrightpearlStock> Availability)> ReadAvailabilities(RemoteField response) =>
        [.. response.Members().Select(product => (product.Member, Id: BrightpearlAnswers.ReadId(product.Name, product.Member))).Select(product => (product.Id, answers.ReadAvailability(product.Id, product.Member)))];
}

/// <summary>A Brightpearl product.</summary>
internal sealed record BrightpearlProduct(long Id, string? Sku, bool StockTracked, bool Bundle)
{
    /// <summary>Why its SKU cannot be used; null if it can, or if there is none.</summary>
    public string? SkuFault { get; init; }
}

/// <summary>The quantities of a product for each of the configured locations, by the location's id: the sums over the warehouses that feed it.</summary>
internal sealed record BrightpearlStock(IReadOnlyDictionary<long, BrightpearlAvailability> Locations);

/// <summary>The quantities of a product. <c>OnHand</c> can be sold (Shopify calls it available); orders hold <c>Allocated</c>.</summary>
internal sealed record BrightpearlAvailability(int OnHand, int Allocated);
