using System.Globalization;
using System.Text;
using EventTracking.Core;
using EventTracking.Core.Events;
using EventTracking.Core.Intake;
using EventTracking.Stock.Rules;
using EventTracking.Stock;
using EventTracking.Stock.Catalog;
using EventTracking.Stock.Connectors.Brightpearl;
using EventTracking.Stock.Connectors.Shopify;
using EventTracking.Stock.Vocabulary;
using EventTracking.Tests.Rules.Events;
using EventTracking.Tests.Rules.Functions;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Tests.Rules.Stock;

/// <summary>The stock integration on the real engine, with both shops behind its connectors.</summary>
internal sealed class StockEngine : IAsyncDisposable
{
    private int runs;
    private int webhooks;

    public StockEngine(string apiVersion = "2026-10", params IReadOnlyList<(string Key, string Value)> settings)
    {
        Shops? shops = null;
        Engine = new Engine(
            (services, configuration) =>
            {
                services.AddStockIntegration(configuration);
                foreach (var client in (string[])[nameof(ShopifyClient), nameof(BrightpearlClient)])
                {
                    services.AddHttpClient(client).ConfigurePrimaryHttpMessageHandler(() => shops!);
                }
            },
            [
                ("Shopify:ShopDomain", "acme.myshopify.com"),
                ("Shopify:ApiVersion", apiVersion),
                ("Shopify:AccessToken", "token-of-shopify"),
                ("Shopify:WebhookSecrets:0", "secret-of-shopify"),
                ("Brightpearl:Account", "acme"),
                ("Brightpearl:BaseAddress", "https://brightpearl.example/"),
                ("Brightpearl:AppRef", "acme-app"),
                ("Brightpearl:StaffToken", "token-of-brightpearl"),
                ("Brightpearl:WebhookKeys:0", "path-key-of-the-account"),
                .. settings.Any(setting => setting.Key == LocationOptions.LocationsSetting) ? [] : (ReadOnlySpan<(string, string)>)[(LocationOptions.LocationIdSetting, "5")],
                .. settings,
            ]);
        Shops = shops = new Shops(Engine.Time);
    }

    public Engine Engine { get; }

    public Shops Shops { get; }

    public ProductCatalog Catalog => Engine.Get<ProductCatalog>();

    public Task LinkAsync() => LinkAsync(Shops.Product, "MUG", Shops.Item);

    public Task LinkAsync(long productId, string sku, long item) => Catalog.LinkAsync(productId, sku, item, TestContext.Current.CancellationToken);

    public Task<ProductRecord> ProductAsync() => ProductAsync(Shops.Product)!;

    public Task<ProductRecord?> ProductAsync(long productId) => Catalog.FindAsync(productId, TestContext.Current.CancellationToken);

    /// <summary>Stores readings as another run does.</summary>
    public async Task StoreAsync(Func<ProductRecord, ProductRecord> change) =>
        Assert.NotNull(await Catalog.TryStoreAsync(change(await ProductAsync()), TestContext.Current.CancellationToken));

    /// <summary>Runs an event of this function to the end of its first attempt.</summary>
    public async Task<EventRecord> RunAsync(string function, string body, string source = Topics.Brightpearl, string topic = Topics.OnHandModified)
    {
        var accepted = await Engine.Get<EventIntake>().AcceptAsync(
            new Delivery
            {
                Source = source,
                Account = source == Topics.Shopify ? "acme.myshopify.com" : "acme",
                Topic = topic,
                DeliveryId = runs++ == 0 ? "webhook" : string.Create(CultureInfo.InvariantCulture, $"webhook {runs}"),
                TriggeredAt = Given.Now,
                Function = function,
                Body = Encoding.UTF8.GetBytes(body),
            },
            TestContext.Current.CancellationToken);
        await Engine.RunAsync(function);
        return await Engine.FindAsync(accepted.Id);
    }

    /// <summary>Runs a change of product 1008.</summary>
    public Task<EventRecord> SyncAsync(string source = Topics.Brightpearl) =>
        RunAsync(FunctionNames.StockSync, """{"resourceType":"product","id":"1008","fullEvent":"product.modified.on-hand-modified"}""", source);

    /// <summary>Sends a webhook of Shopify; nothing runs yet.</summary>
    public Task<EventId> SendShopifyAsync(string topic, string body)
    {
        var headers = new Dictionary<string, string>
        {
            ["X-Shopify-Topic"] = topic,
            ["X-Shopify-Shop-Domain"] = "acme.myshopify.com",
            ["X-Shopify-Webhook-Id"] = string.Create(CultureInfo.InvariantCulture, $"webhook-{++webhooks}"),
        };
        return SendAsync(Engine.Get<ShopifyWebhooks>().Read(headers, Encoding.UTF8.GetBytes(body)));
    }

    /// <summary>Sends a webhook of Brightpearl about products; nothing runs yet.</summary>
    public Task<EventId> SendBrightpearlAsync(string topic, string ids, string resourceType = "product") =>
        SendAsync(Engine.Get<BrightpearlWebhooks>().Read(new Dictionary<string, string>(), Encoding.UTF8.GetBytes($$"""{"resourceType":"{{resourceType}}","id":"{{ids}}","fullEvent":"{{topic}}","raisedOn":"{{Engine.Time.GetUtcNow():yyyy-MM-ddTHH:mm:ssZ}}"}""")));

    private async Task<EventId> SendAsync(Delivery delivery) => (await Engine.Get<EventIntake>().AcceptAsync(delivery, TestContext.Current.CancellationToken)).Id;

    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        Shops.Dispose();
    }
}
