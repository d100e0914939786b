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

    /// <summary>Returns the items with exactly this SKU (Shopify's search is not exact); there may be more than one.</summary>
    public async Task<IReadOnlyList<ShopifyItem>> FindItemsAsync(string sku, CancellationToken cancellationToken)
    {
        const string operation = "VariantsBySku";
        var found = new List<ShopifyItem>();
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
            found.AddRange(variants.Nodes.Select(variant => ItemOf(variant.InventoryItem, operation)).Where(item => string.Equals(item.Sku, sku, StringComparison.Ordinal)));
            if (!variants.PageInfo.HasNextPage)
            {
                break;
            }

            after = variants.PageInfo.EndCursor ?? throw ShopifyGraph.Malformed(operation, "it has a next page but no cursor");
        }

        return found;
    }

    /// <summary>Returns the items with their levels at the configured location, by id. Items that do not exist are missing from the result. Long lists are split into several calls.</summary>
    public async Task<IReadOnlyDictionary<long, ShopifyItem>> GetItemsAsync(IReadOnlyList<long> inventoryItemIds, CancellationToken cancellationToken)
    {
        const string operation = "InventoryItems";
        var items = new Dictionary<long, ShopifyItem>(inventoryItemIds.Count);
        foreach (var chunk in inventoryItemIds.Distinct().Chunk(ItemsPerCall))
        {
            var data = await graph.AskAsync(
                new GraphCall<ItemsVariables>(ShopifyQueries.Items, operation, new ItemsVariables(Array.ConvertAll(chunk, Gid), location)),
                ShopifyJson.Default.ItemsCall,
                ShopifyJson.Default.ItemsResponse,
                cancellationToken);
            if (data.Nodes.Count != chunk.Length)
            {
                throw ShopifyGraph.Malformed(operation, $"it has {data.Nodes.Count} items instead of the {chunk.Length} that were asked for");
            }

            foreach (var node in data.Nodes)
            {
                if (node is not null)
                {
                    var item = ItemOf(node, operation);
                    items[item.Id] = item;
                }
            }
        }

        return items;
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

    private static ShopifyItem ItemOf(ItemNode node, string operation)
    {
        var id = node.Id.StartsWith(ItemPrefix, StringComparison.Ordinal)
            && long.TryParse(node.Id.AsSpan(ItemPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw ShopifyGraph.Malformed(operation, "an inventory item has no id");
        var level = node.InventoryLevel is { } stocked
            ? new ShopifyLevel(QuantityOf(stocked, "available", id, operation), QuantityOf(stocked, "committed", id, operation))
            : null;
        return new ShopifyItem(id, string.IsNullOrEmpty(node.Sku) ? null : node.Sku, node.Tracked, level);
    }

    private static int QuantityOf(LevelNode level, string name, long id, string operation) =>
        level.Quantities.FirstOrDefault(quantity => quantity.Name == name)?.Quantity
        ?? throw ShopifyGraph.Malformed(operation, $"the level of inventory item {id} lacks '{name}'");
}

/// <summary>An inventory item and its level at the configured location. <c>Level</c> is null if Shopify has no level there, <c>Sku</c> if the item has no SKU.</summary>
internal sealed record ShopifyItem(long Id, string? Sku, bool Tracked, ShopifyLevel? Level);

/// <summary>The quantities of an item at the location. Unfulfilled orders hold <c>Committed</c>.</summary>
internal sealed record ShopifyLevel(int Available, int Committed);
