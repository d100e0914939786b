using System.Collections.ObjectModel;
using System.Globalization;
using EventTracking.Core.Functions;
using EventTracking.Stock.Rules;
using Microsoft.Extensions.Options;

namespace EventTracking.Stock.Connectors.Shopify;

/// <summary>A client for the parts of the Admin GraphQL API that the integration needs. Every failure is a <see cref="ConnectorException"/>, and every throttle that lasts longer than a call a <see cref="PostponedException"/>.</summary>
internal sealed class ShopifyClient
{
    public const string ItemPrefix = "gid://shopify/InventoryItem/";
    public const string LocationPrefix = "gid://shopify/Location/";

    /// <summary>https://shopify.dev/docs/api/usage/limits#input-array-limits</summary>
    public const int ItemsPerCall = 250;

    private const int MaxPages = 20;

    private readonly ShopifyGraph graph;
    private readonly ShopifyQueries queries;
    private readonly ShopifyWriter writer;
    private readonly StockLocations locations;

    public ShopifyClient(HttpClient http, IOptionsMonitor<ShopifyOptions> options, ShopifyTokens tokens, StockLocations locations)
    {
        graph = new ShopifyGraph(http, options, tokens);
        queries = new ShopifyQueries(ShopifyVersion.Find(options.CurrentValue.ApiVersion)!, locations);
        writer = new ShopifyWriter(graph, queries);
        this.locations = locations;
    }

    /// <summary>Returns the items with exactly this SKU (Shopify's search is not exact); there may be more than one. Their levels are not read.</summary>
    public async Task<IReadOnlyList<ShopifyItem>> FindItemsAsync(string sku, CancellationToken cancellationToken)
    {
        var found = new List<ShopifyItem>();
        string? after = null;

        // The exact match may come after a page of variants whose SKUs only begin with this one.
        for (var page = 0; page < MaxPages; page++)
        {
            var (items, next) = await graph.AskAsync(
                queries.Variants, new VariantsVariables(SearchFor(sku), after), ShopifyJson.Default.VariantsCall, data => ReadPage(data["productVariants"]), cancellationToken);
            found.AddRange(items.Where(item => string.Equals(item.Sku, sku, StringComparison.Ordinal)));
            if (next is null)
            {
                return found;
            }

            after = next;
        }

        // What was not read may hold the SKU again, so this is no answer.
        throw new ConnectorException($"Shopify's search for the SKU '{sku}' finds more than {MaxPages} pages of similar SKUs.", ShopifyGraph.Connector + "/too-many-results", transient: false);
    }

    /// <summary>Returns the items with their levels at the configured locations, by id. Items that do not exist are missing from the result. Long lists are split into several calls.</summary>
    public async Task<IReadOnlyDictionary<long, ShopifyItem>> GetItemsAsync(IReadOnlyList<long> inventoryItemIds, CancellationToken cancellationToken)
    {
        var items = new Dictionary<long, ShopifyItem>(inventoryItemIds.Count);
        foreach (var chunk in inventoryItemIds.Distinct().Chunk(ItemsPerCall))
        {
            var read = await graph.AskAsync(
                queries.Items, new ItemsVariables(Array.ConvertAll(chunk, Gid)), ShopifyJson.Default.ItemsCall, data => data["nodes"].Elements().Select(ReadNode).ToList(), cancellationToken);

            // Nodes come in the order of their ids, with null for what does not exist: https://shopify.dev/docs/api/admin-graphql/latest/queries/nodes
            if (read.Count != chunk.Length || read.Where((item, index) => item is not null && item.Id != chunk[index]).Any())
            {
                throw ShopifyGraph.Malformed(queries.Items, "its items are not those that were asked for");
            }

            foreach (var item in read.OfType<ShopifyItem>())
            {
                items[item.Id] = item;
            }
        }

        return items;
    }

    /// <summary>
    /// Returns the item's level at a location or, with an API version that can set quantities at any location, an empty one where it has none yet. Null if
    /// nothing can be set there until somebody stocks the item at the location.
    /// </summary>
    public ShopifyLevel? FindLevel(ShopifyItem item, long locationId) =>
        item.Levels.GetValueOrDefault(locationId) ?? (queries.Version.AdjustsAnyLocation ? new ShopifyLevel(0, 0) : null);

    /// <summary>The same where it is known whether there was a level: one that somebody removed is not one of 0, which would be raised. Stocking the item there again is the merchant's decision.</summary>
    public ShopifyLevel? FindLevel(ShopifyItem item, long locationId, bool hadLevel) =>
        hadLevel ? item.Levels.GetValueOrDefault(locationId) : FindLevel(item, locationId);

    /// <summary>Sets quantities. Long lists are split into several calls; of two changes of one item at one location, the later one is sent after the earlier one.</summary>
    /// <param name="changes">The quantities.</param>
    /// <param name="reference">A URI that names the cause in Shopify's history, e.g. <c>gid://event-tracking/Event/01J…</c>.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The results in the order of the changes.</returns>
    /// <exception cref="ConnectorException">Nothing is known about any of the changes.</exception>
    /// <exception cref="PostponedException">Shopify throttled the first call.</exception>
    public Task<IReadOnlyList<ShopifyRowResult>> SetAvailableAsync(IReadOnlyList<ShopifyChange> changes, string reference, CancellationToken cancellationToken) =>
        writer.SetAsync(changes, reference, cancellationToken);

    /// <summary>Returns a page of all inventory items, without their levels. One call.</summary>
    /// <param name="from">The smallest id to return; null for all.</param>
    /// <param name="after">The cursor of the previous page of the same list; null for the first page.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public Task<ShopifyCatalogPage> GetCatalogPageAsync(long? from, string? after, CancellationToken cancellationToken)
    {
        var search = from is { } id ? string.Create(CultureInfo.InvariantCulture, $"id:>={id}") : null;
        return graph.AskAsync(queries.Catalog, new CatalogVariables(after, search), ShopifyJson.Default.CatalogCall, data => ReadCatalog(data["inventoryItems"]), cancellationToken);
    }

    private static ShopifyCatalogPage ReadCatalog(RemoteField items)
    {
        var page = items["pageInfo"];
        var rows = items["nodes"].Elements().Select(ReadRow).ToList();
        return new ShopifyCatalogPage(rows, page["hasNextPage"].Flag() ? page["endCursor"].Text(RemoteField.LongestToken) : null);
    }

    private static ShopifyItem ReadRow(RemoteField item) => ReadRow(item, out _);

    private static ShopifyItem ReadRow(RemoteField item, out RemoteField named)
    {
        var id = ReadIdentity(item, out named);
        var sku = named["sku"].Sku();
        return new ShopifyItem(id, sku.Text, named["tracked"].Flag()) { SkuFault = sku.Fault };
    }

    private static long ReadIdentity(RemoteField item, out RemoteField named)
    {
        var gid = item["id"].Text();
        var id = gid.StartsWith(ItemPrefix, StringComparison.Ordinal) && long.TryParse(gid.AsSpan(ItemPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new RemoteFieldException($"'{item.Path}.id' is not the id of an inventory item");
        named = item with { Path = $"InventoryItem/{id.ToString(CultureInfo.InvariantCulture)}" };
        return id;
    }

    private static (List<ShopifyItem> Items, string? Next) ReadPage(RemoteField variants)
    {
        var items = variants["nodes"].Elements().Select(variant => ReadRow(variant["inventoryItem"])).ToList();
        var page = variants["pageInfo"];
        return (items, page["hasNextPage"].Flag() ? page["endCursor"].Text(RemoteField.LongestToken) : null);
    }

    private ShopifyItem? ReadNode(RemoteField node) => node.OrNull() is { } item ? ReadItem(item) : null;

    private ShopifyItem ReadItem(RemoteField item)
    {
        var row = ReadRow(item, out var named);
        var levels = new Dictionary<long, ShopifyLevel>(locations.All.Count);
        foreach (var location in locations.All)
        {
            if (named[ShopifyQueries.LevelAt(location.Id)].OrNull() is { } level)
            {
                levels[location.Id] = ReadLevel(level);
            }
        }

        return row with { Levels = levels };
    }

    private static ShopifyLevel ReadLevel(RemoteField level)
    {
        var quantities = level["quantities"].Elements().ToList();
        return new ShopifyLevel(Quantity("available"), Quantity("committed"));

        int Quantity(string name) => quantities.Where(quantity => quantity["name"].Text() == name).Select(quantity => (int?)quantity["quantity"].Quantity()).FirstOrDefault()
            ?? throw new RemoteFieldException($"'{level.Path}.quantities' has no '{name}'");
    }

    // The SKU is quoted, so that spaces, colons and operators of the search language are part of the value.
    private static string SearchFor(string sku) =>
        $"sku:\"{sku.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static string Gid(long inventoryItemId) => ItemPrefix + inventoryItemId.ToString(CultureInfo.InvariantCulture);
}

/// <summary>An inventory item. <c>Sku</c> is null if it has none.</summary>
internal sealed record ShopifyItem(long Id, string? Sku, bool Tracked)
{
    /// <summary>Why its SKU cannot be used; null if it can, or if there is none.</summary>
    public string? SkuFault { get; init; }

    /// <summary>Its levels by location. A configured location at which Shopify has no level is missing.</summary>
    public IReadOnlyDictionary<long, ShopifyLevel> Levels { get; init; } = ReadOnlyDictionary<long, ShopifyLevel>.Empty;
}

/// <summary>A page of all inventory items, and the cursor of the next; null for the last page.</summary>
internal sealed record ShopifyCatalogPage(IReadOnlyList<ShopifyItem> Items, string? Next);

/// <summary>The quantities of an item at a location. Unfulfilled orders hold <c>Committed</c>.</summary>
internal sealed record ShopifyLevel(int Available, int Committed);
