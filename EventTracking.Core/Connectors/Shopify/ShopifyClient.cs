using Microsoft.Extensions.Options;

namespace EventTracking.Core.Connectors.Shopify;

/// <summary>The Admin GraphQL API, as far as stock needs it. Every failure is a <see cref="ConnectorException"/>.</summary>
internal sealed class ShopifyClient(HttpClient http, IOptions<ShopifyOptions> options)
{
    /// <summary>Variants whose SKU is exactly this one (Shopify's search is not exact); more than one is possible.</summary>
    public Task<IReadOnlyList<ShopifyVariant>> FindVariantsAsync(string sku, CancellationToken cancellationToken) => throw new NotImplementedException(http + options.Value.ShopDomain);

    /// <summary>The SKU of an inventory item; null where the item does not exist or has none.</summary>
    public Task<string?> GetSkuAsync(long inventoryItemId, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>The levels at the configured location; items not stocked there are missing from the answer.</summary>
    public Task<IReadOnlyDictionary<long, ShopifyLevel>> GetLevelsAsync(IReadOnlyList<long> inventoryItemIds, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Sets <c>available</c> if it still is <paramref name="changeFrom"/>; false when it is not (stale).</summary>
    /// <param name="inventoryItemId">The item.</param>
    /// <param name="quantity">The new quantity.</param>
    /// <param name="changeFrom">What it must be now.</param>
    /// <param name="idempotencyKey">The same for a repeated try, another for another operation.</param>
    /// <param name="reference">A URI that names the cause in Shopify's history, e.g. <c>gid://event-tracking/Event/01J…</c>.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<bool> SetAvailableAsync(long inventoryItemId, int quantity, int changeFrom, Guid idempotencyKey, string reference, CancellationToken cancellationToken) => throw new NotImplementedException();
}

/// <summary>A variant found by its SKU.</summary>
internal sealed record ShopifyVariant(string Sku, long InventoryItemId, bool Tracked, ShopifyLevel? Level);

/// <summary>Quantities of an item at the location. <c>Committed</c> is what unfulfilled orders hold.</summary>
internal sealed record ShopifyLevel(int Available, int Committed);
