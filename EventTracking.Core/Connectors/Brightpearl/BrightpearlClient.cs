using Microsoft.Extensions.Options;

namespace EventTracking.Core.Connectors.Brightpearl;

/// <summary>Brightpearl's REST API, as far as stock needs it. Every failure is a <see cref="ConnectorException"/>.</summary>
internal sealed class BrightpearlClient(HttpClient http, IOptions<BrightpearlOptions> options)
{
    /// <summary>The product, or null where there is none.</summary>
    public Task<BrightpearlProduct?> FindProductAsync(long productId, CancellationToken cancellationToken) => throw new NotImplementedException(http + options.Value.Account);

    /// <summary>Ids of the products with exactly this SKU; more than one is possible.</summary>
    public Task<IReadOnlyList<long>> FindProductIdsAsync(string sku, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Availability by product id; products that are deleted or not stock-tracked are missing from the answer. Long lists are split.</summary>
    public Task<IReadOnlyDictionary<long, BrightpearlAvailability>> GetAvailabilityAsync(IReadOnlyList<long> productIds, CancellationToken cancellationToken) => throw new NotImplementedException();
}

/// <summary>A Brightpearl product.</summary>
internal sealed record BrightpearlProduct(long Id, string? Sku, bool StockTracked, bool Bundle);

/// <summary>Quantities of a product. <c>OnHand</c> can be sold (Shopify calls it available); <c>Allocated</c> is held by orders.</summary>
internal sealed record BrightpearlAvailability(int OnHand, int Allocated);
