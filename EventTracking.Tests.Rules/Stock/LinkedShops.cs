using EventTracking.Core.Events;
using EventTracking.Stock.Catalog;
using EventTracking.Stock.Connectors.Shopify;
using EventTracking.Stock.Vocabulary;
using EventTracking.Tests.Rules.Events;
using EventTracking.Tests.Stock.Catalog;

namespace EventTracking.Tests.Rules.Stock;

/// <summary>Product 1008 is linked to item 7 by the SKU MUG, and product 1009 to item 8 by CUP.</summary>
public abstract class LinkedShops : IAsyncLifetime
{
    /// <summary>Long enough for a search to be asked once more.</summary>
    private protected static readonly TimeSpan SearchLag = TimeSpan.FromSeconds(20);

    private protected StockEngine Engine { get; } = new();

    private protected Shops Shops => Engine.Shops;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Shops.Items[8] = new ShopItem("CUP") { Available = 1 };
        Shops.Products[1009] = new ShopProduct("CUP") { OnHand = 4 };
        await Engine.LinkAsync();
        await Engine.LinkAsync(1009, "CUP", 8);
        await ReadAsync(1008, 9);
        await ReadAsync(1009, 4);
    }

    public ValueTask DisposeAsync() => Engine.DisposeAsync();

    private protected async Task ReadAsync(long productId, int onHand, int? available = null) =>
        Assert.NotNull(await Engine.Catalog.TryStoreAsync(
            (await Engine.ProductAsync(productId))!.AtBrightpearl(new Reading(onHand, Given.Now)).AtShopify(new Reading(available ?? onHand, Given.Now)), Cancellation));

    /// <summary>Runs all events to their end, also those that ask a search once more.</summary>
    private protected async Task RestAsync()
    {
        await Engine.Engine.RunToRestAsync();
        Engine.Engine.Time.Advance(SearchLag);
        await Engine.Engine.RunToRestAsync();
    }

    private protected Task<EventId> OnHandAsync(long productId) => Engine.SendBrightpearlAsync(Topics.OnHandModified, $"{productId}");

    private protected Task<EventId> ItemAsync(string topic, long item) => Engine.SendShopifyAsync(topic, $$"""{"id":{{item}},"admin_graphql_api_id":"gid:\/\/shopify\/InventoryItem\/{{item}}"}""");

    private protected Task<EventId> LevelAsync(long item, string topic = Topics.InventoryLevelsUpdate) => Engine.SendShopifyAsync(topic, $$"""{"inventory_item_id":{{item}},"location_id":5}""");

    /// <summary>Sends the webhooks that a text names, such as <c>item 7,8</c>.</summary>
    private protected async Task<IReadOnlyList<EventId>> SendAsync(string webhooks)
    {
        var sent = new List<EventId>();
        foreach (var id in webhooks[(webhooks.LastIndexOf(' ') + 1)..].Split(',').Select(long.Parse))
        {
            sent.Add(await (webhooks[..webhooks.LastIndexOf(' ')] switch
            {
                "on hand" => OnHandAsync(id),
                "product" => Engine.SendBrightpearlAsync(Topics.ProductModified, $"{id}"),
                "level" => LevelAsync(id),
                "connected" => LevelAsync(id, Topics.InventoryLevelsConnect),
                "item" => ItemAsync(Topics.InventoryItemsUpdate, id),
                "created" => ItemAsync(Topics.InventoryItemsCreate, id),
                "deleted" => ItemAsync(Topics.InventoryItemsDelete, id),
                _ => throw new ArgumentException(webhooks, nameof(webhooks)),
            }));
        }

        return sent;
    }

    /// <summary>Sends the webhooks that a text names one after the other, such as <c>item 7, on hand 1008</c>, each when those before it have run.</summary>
    private protected async Task SendEachAsync(string webhooks)
    {
        foreach (var step in webhooks.Split(", "))
        {
            await SendAsync(step);
            await RestAsync();
        }
    }

    /// <summary>The product is linked to the item by the SKU that both have, and every write was one product's stock to its own item.</summary>
    private protected async Task ExpectAsync(long productId, long item)
    {
        var product = await Engine.ProductAsync(productId);
        Assert.Equal((item, Shops.Products[productId].Sku, Shops.Items[item].Sku), (product?.InventoryItemId, product?.Sku, product?.Sku));
        Assert.Equal(productId, (await Engine.Catalog.FindByInventoryItemAsync(item, Cancellation))?.ProductId);

        // No two products have the same stock here, so a quantity says whose it is.
        Assert.All(Shops.Writes, write => Assert.Equal(Assert.Single(Shops.Products, found => found.Value.OnHand == write.To).Value.Sku, write.Sku));
    }

    /// <summary>The event ended because its product is not linked.</summary>
    private protected async Task ExpectIgnoredAsync(EventId id, string detail)
    {
        var record = await Engine.Engine.FindAsync(id);
        Assert.Equal((EventStatus.Ignored, detail), (record.Status, record.Attempts[^1].Detail));
    }

    /// <summary>The event ran, or shared the run of a newer one.</summary>
    private protected async Task ExpectRunAsync(EventId id) => Assert.True((await Engine.Engine.FindAsync(id)).Status is EventStatus.Succeeded or EventStatus.Superseded);

    private protected async Task<(EventStatus Status, EntityKey? WaitingOn)> StateAsync(EventId id)
    {
        var record = await Engine.Engine.FindAsync(id);
        return (record.Status, record.WaitingOn);
    }

    private protected async Task<IEnumerable<string>> StepsAsync(EventId id) =>
        (await Engine.Engine.FindAsync(id)).Attempts.SelectMany(attempt => attempt.Steps).Select(step => step.Name);
}
