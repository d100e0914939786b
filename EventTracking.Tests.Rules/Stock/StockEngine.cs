using System.Text;
using EventTracking.Core;
using EventTracking.Core.Events;
using EventTracking.Core.Intake;
using EventTracking.Stock;
using EventTracking.Stock.Catalog;
using EventTracking.Stock.Connectors.Brightpearl;
using EventTracking.Stock.Connectors.Shopify;
using EventTracking.Stock.Synchronization;
using EventTracking.Stock.Vocabulary;
using EventTracking.Tests.Rules.Events;
using EventTracking.Tests.Rules.Functions;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Tests.Rules.Stock;

/// <summary>The stock integration on the real engine, with both shops behind its connectors.</summary>
internal sealed class StockEngine : IAsyncDisposable
{
    private const long InventoryItem = 7;

    public StockEngine(string apiVersion = "2026-10")
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
            ("Shopify:ShopDomain", "acme.myshopify.com"),
            ("Shopify:ApiVersion", apiVersion),
            ("Shopify:AccessToken", "token-of-shopify"),
            ("Shopify:LocationId", "5"),
            ("Shopify:WebhookSecrets:0", "secret-of-shopify"),
            ("Brightpearl:Account", "acme"),
            ("Brightpearl:BaseAddress", "https://brightpearl.example/"),
            ("Brightpearl:AppRef", "acme-app"),
            ("Brightpearl:StaffToken", "token-of-brightpearl"),
            ("Brightpearl:WebhookKeys:0", "path-key-of-the-account"));
        Shops = shops = new Shops(Engine.Time);
    }

    public Engine Engine { get; }

    public Shops Shops { get; }

    public ProductCatalog Catalog => Engine.Get<ProductCatalog>();

    public Task LinkAsync() => Catalog.LinkAsync(1008, "MUG", InventoryItem, 5, TestContext.Current.CancellationToken);

    public async Task<ProductRecord> ProductAsync() => (await Catalog.FindAsync(1008, TestContext.Current.CancellationToken))!;

    /// <summary>Runs an event of this function to the end of its first attempt.</summary>
    public async Task<EventRecord> RunAsync(string function, string body, string source = Topics.Brightpearl, string topic = Topics.OnHandModified)
    {
        var accepted = await Engine.Get<EventIntake>().AcceptAsync(
            new Delivery
            {
                Source = source,
                Account = "acme",
                Topic = topic,
                DeliveryId = "webhook",
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

    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        Shops.Dispose();
    }
}
