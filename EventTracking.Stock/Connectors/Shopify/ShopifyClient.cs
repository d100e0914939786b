using System.Globalization;
using EventTracking.Core.Secrets;
using Microsoft.Extensions.Options;

namespace EventTracking.Stock.Connectors.Shopify;

/// <summary>A client for the parts of the Admin GraphQL API that the integration needs. Every failure is a <see cref="ConnectorException"/>.</summary>
internal sealed class ShopifyClient(HttpClient http, IOptionsMonitor<ShopifyOptions> options, SecretRefresh secrets)
{
    private const int ItemsPerCall = 50;
    private const int MaxPages = 10;
    private const string ItemPrefix = "gid://shopify/InventoryItem/";

    private readonly ShopifyGraph graph = new(http, options, secrets);
    private readonly string location = $"gid://shopify/Location/{options.CurrentValue.LocationId.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>Returns the variants with exactly this SKU (Shopify's search is not exact); there may be more than one.</summary>
    public async Task<IReadOnlyList<ShopifyVariant>> FindVariantsAsync(string sku, CancellationToken cancellationToken)
    {
        const string operation = "VariantsBySku";
        var found = new List<ShopifyVariant>();
        string? after = null;

        // The exact match may come after a page of variants whose SKUs only begin with this one.
        for (var page = 0; page < MaxPages; page++)
        {
            var data = await graph.AskAsync(
                new GraphCall<VariantsVariables>(ShopifyQueries.Variants, operation, new VariantsVariables(SearchFor(sku), location, after)),
                ShopifyJson.Default.VariantsCall,
                ShopifyJson.Default.VariantsResponse,
                cancellationToken);
            var variants = data.ProductVariants;
            foreach (var node in variants?.Nodes ?? throw ShopifyGraph.Malformed(operation, "it has no list of variants"))
            {
                if (node is { InventoryItem: { } item } && string.Equals(node.Sku, sku, StringComparison.Ordinal))
                {
                    found.Add(new ShopifyVariant(sku, IdOf(item, operation), item.Tracked ?? false, LevelOf(item, operation)));
                }
            }

            after = variants.PageInfo?.EndCursor;
            if (variants.PageInfo is not { HasNextPage: true } || after is null)
            {
                break;
            }
        }

        return found;
    }

    /// <summary>Returns the SKU of an inventory item; null if the item does not exist or has none.</summary>
    public async Task<string?> GetSkuAsync(long inventoryItemId, CancellationToken cancellationToken)
    {
        var data = await graph.AskAsync(
            new GraphCall<SkuVariables>(ShopifyQueries.Sku, "InventoryItemSku", new SkuVariables(Gid(inventoryItemId))),
            ShopifyJson.Default.SkuCall,
            ShopifyJson.Default.SkuResponse,
            cancellationToken);
        return string.IsNullOrEmpty(data.InventoryItem?.Sku) ? null : data.InventoryItem.Sku;
    }

    /// <summary>Returns the levels at the configured location by item id. Items that are not stocked there are missing from the result.</summary>
    public async Task<IReadOnlyDictionary<long, ShopifyLevel>> GetLevelsAsync(IReadOnlyList<long> inventoryItemIds, CancellationToken cancellationToken)
    {
        const string operation = "InventoryLevels";
        var levels = new Dictionary<long, ShopifyLevel>(inventoryItemIds.Count);
        foreach (var chunk in inventoryItemIds.Distinct().Chunk(ItemsPerCall))
        {
            var data = await graph.AskAsync(
                new GraphCall<LevelsVariables>(ShopifyQueries.Levels, operation, new LevelsVariables(Array.ConvertAll(chunk, Gid), location)),
                ShopifyJson.Default.LevelsCall,
                ShopifyJson.Default.LevelsResponse,
                cancellationToken);
            foreach (var item in data.Nodes ?? throw ShopifyGraph.Malformed(operation, "it has no list of items"))
            {
                if (item is not null && LevelOf(item, operation) is { } level)
                {
                    levels[IdOf(item, operation)] = level;
                }
            }
        }

        return levels;
    }

    /// <summary>Sets <c>available</c> if it is still <paramref name="changeFrom"/>; returns false if it is not (the comparison is stale).</summary>
    /// <param name="inventoryItemId">The item.</param>
    /// <param name="quantity">The new quantity.</param>
    /// <param name="changeFrom">The expected current quantity.</param>
    /// <param name="idempotencyKey">A key that is the same for a repeated try, and different for any other operation.</param>
    /// <param name="reference">A URI that names the cause in Shopify's history, e.g. <c>gid://event-tracking/Event/01J…</c>.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task<bool> SetAvailableAsync(long inventoryItemId, int quantity, int changeFrom, Guid idempotencyKey, string reference, CancellationToken cancellationToken)
    {
        const string operation = "SetAvailable";
        var input = new SetInput("available", "correction", reference, [new SetQuantity(Gid(inventoryItemId), location, quantity, changeFrom)]);
        var data = await graph.AskAsync(
            new GraphCall<SetVariables>(ShopifyQueries.SetAvailable, operation, new SetVariables(input, idempotencyKey.ToString())),
            ShopifyJson.Default.SetCall,
            ShopifyJson.Default.SetResponse,
            cancellationToken);
        var errors = data.InventorySetQuantities?.UserErrors ?? throw ShopifyGraph.Malformed(operation, "it has no result");
        return errors switch
        {
            [] => true,
            [{ Code: "CHANGE_FROM_QUANTITY_STALE" }, ..] => false,
            [var error, ..] => throw Refused(operation, error),
        };
    }

    private static ConnectorException Refused(string operation, UserError error)
    {
        var code = error.Code ?? "USER_ERROR";

        // The second code means that Shopify gave up on an earlier try with this key; the next attempt uses another key.
        var transient = code is "IDEMPOTENCY_CONCURRENT_REQUEST" or "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED";
        return new ConnectorException($"Shopify refused {operation}: {code}: {error.Message}", ShopifyGraph.CodeOf(code), transient);
    }

    // The SKU is quoted, so that spaces, colons and operators of the search language are part of the value.
    private static string SearchFor(string sku) =>
        $"sku:\"{sku.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static string Gid(long inventoryItemId) => ItemPrefix + inventoryItemId.ToString(CultureInfo.InvariantCulture);

    private static long IdOf(ItemNode item, string operation) =>
        item.Id is { } gid
        && gid.StartsWith(ItemPrefix, StringComparison.Ordinal)
        && long.TryParse(gid.AsSpan(ItemPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? id
            : throw ShopifyGraph.Malformed(operation, "an inventory item has no id");

    private static ShopifyLevel? LevelOf(ItemNode item, string operation)
    {
        if (item.InventoryLevel is not { } level)
        {
            return null;
        }

        return QuantityOf(level, "available") is { } available && QuantityOf(level, "committed") is { } committed
            ? new ShopifyLevel(available, committed)
            : throw ShopifyGraph.Malformed(operation, "a level lacks a requested quantity");
    }

    private static int? QuantityOf(LevelNode level, string name) => level.Quantities?.FirstOrDefault(quantity => quantity?.Name == name)?.Quantity;
}

/// <summary>A variant found by its SKU.</summary>
internal sealed record ShopifyVariant(string Sku, long InventoryItemId, bool Tracked, ShopifyLevel? Level);

/// <summary>The quantities of an item at the location. Unfulfilled orders hold <c>Committed</c>.</summary>
internal sealed record ShopifyLevel(int Available, int Committed);
