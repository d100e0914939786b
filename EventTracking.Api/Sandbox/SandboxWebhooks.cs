using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using EventTracking.Api.Webhooks;
using EventTracking.Stock.Connectors.Brightpearl;
using EventTracking.Stock.Connectors.Shopify;
using Microsoft.Extensions.Options;

namespace EventTracking.Api.Sandbox;

/// <summary>Sends the webhooks that the real systems would send, to the address that they would use.</summary>
internal sealed class SandboxWebhooks(
    IHttpClientFactory clients,
    SandboxAddress address,
    SandboxState state,
    SandboxSettings settings,
    IOptions<ShopifyOptions> shopify,
    IOptions<BrightpearlOptions> brightpearl,
    TimeProvider time)
{
    public const string Client = "sandbox-webhooks";

    private readonly Channel<(long Item, SandboxLocation Location)> echoes = Channel.CreateUnbounded<(long, SandboxLocation)>();

    /// <summary>Inventory items and locations whose webhooks are to be sent later, as Shopify does.</summary>
    public ChannelReader<(long Item, SandboxLocation Location)> Echoes => echoes.Reader;

    public void Echo(long inventoryItemId, SandboxLocation location)
    {
        if (settings.Echo)
        {
            echoes.Writer.TryWrite((inventoryItemId, location));
        }
    }

    /// <summary>Sends the webhook about an item's current level at a location and returns the response.</summary>
    public Task<SandboxDelivery> SendInventoryLevelAsync(long inventoryItemId, SandboxLocation location, CancellationToken cancellationToken) =>
        SendShopifyAsync(SandboxTopics.LevelsUpdate, Level(inventoryItemId, location, state.FindItem(inventoryItemId)?.At(location).Available ?? 0), cancellationToken);

    /// <summary>Sends the webhook that an item is stocked at a location, or not any more, and returns the response.</summary>
    public Task<SandboxDelivery> SendLevelStateAsync(SandboxProduct product, long inventoryItemId, SandboxLocation location, CancellationToken cancellationToken) => product.At(location).Level == SandboxLevel.Active
        ? SendShopifyAsync(SandboxTopics.LevelsConnect, Level(inventoryItemId, location, product.At(location).Available), cancellationToken)
        : SendShopifyAsync(SandboxTopics.LevelsDisconnect, new JsonObject { ["inventory_item_id"] = inventoryItemId, ["location_id"] = location.Id }, cancellationToken);

    /// <summary>Sends a webhook about an item and returns the response.</summary>
    public Task<SandboxDelivery> SendItemAsync(string topic, SandboxProduct product, long inventoryItemId, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["id"] = inventoryItemId, ["admin_graphql_api_id"] = ShopifySandboxGraph.Gid("InventoryItem", inventoryItemId) };
        if (topic != SandboxTopics.ItemsDelete)
        {
            body["sku"] = product.SkuAtShopify;
            body["tracked"] = product.TrackedAtShopify;
            body["requires_shipping"] = true;
            body["cost"] = null;
            body["updated_at"] = Now();
        }

        return SendShopifyAsync(topic, body, cancellationToken);
    }

    /// <summary>Sends a webhook about a product and returns the response.</summary>
    public Task<SandboxDelivery> SendProductAsync(string fullEvent, long productId, CancellationToken cancellationToken) =>
        SendProductsAsync(fullEvent, SandboxProductResponse.Text(productId), cancellationToken);

    /// <summary>Sends a webhook about a set of products and returns the response.</summary>
    public async Task<SandboxDelivery> SendProductsAsync(string fullEvent, string idSet, CancellationToken cancellationToken)
    {
        var body = Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"accountCode":"{{brightpearl.Value.Account}}","resourceType":"product","id":"{{idSet}}","lifecycleEvent":"{{fullEvent.Split('.')[1]}}","fullEvent":"{{fullEvent}}","raisedOn":"{{time.GetUtcNow():yyyy-MM-ddTHH:mm:ssZ}}","brightpearlVersion":"4.23.1"}"""));
        using var request = Post($"/webhooks/brightpearl/{brightpearl.Value.WebhookKeys[0]}", body);
        return await SendAsync(request, cancellationToken);
    }

    private JsonObject Level(long inventoryItemId, SandboxLocation location, int available) => new()
    {
        ["inventory_item_id"] = inventoryItemId,
        ["location_id"] = location.Id,
        ["available"] = available,
        ["updated_at"] = Now(),

        // In real deliveries, the number in it is not the location's.
        ["admin_graphql_api_id"] = string.Create(CultureInfo.InvariantCulture, $"gid://shopify/InventoryLevel/9100{inventoryItemId % 100000}?inventory_item_id={inventoryItemId}"),
    };

    private string Now() => time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture);

    private async Task<SandboxDelivery> SendShopifyAsync(string topic, JsonObject json, CancellationToken cancellationToken)
    {
        // Escaped slashes, as in real deliveries: a receiver that rewrites the body before checking it breaks the signature.
        var body = Encoding.UTF8.GetBytes(json.ToJsonString().Replace("/", "\\/", StringComparison.Ordinal));
        using var request = Post("/webhooks/shopify", body);
        request.Headers.TryAddWithoutValidation("User-Agent", "Shopify-Captain-Hook");
        request.Headers.Add("X-Shopify-Topic", topic);
        request.Headers.Add("X-Shopify-Shop-Domain", shopify.Value.ShopDomain);
        request.Headers.Add("X-Shopify-API-Version", shopify.Value.ApiVersion);
        request.Headers.Add("X-Shopify-Webhook-Id", Guid.NewGuid().ToString());
        request.Headers.Add("X-Shopify-Event-Id", Guid.NewGuid().ToString());
        request.Headers.Add("X-Shopify-Triggered-At", time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffffff'00Z'", CultureInfo.InvariantCulture));
        request.Headers.Add("X-Shopify-Hmac-Sha256", Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(shopify.Value.WebhookSecrets[0]), body)));
        return await SendAsync(request, cancellationToken);
    }

    private HttpRequestMessage Post(string path, byte[] body) => new(HttpMethod.Post, address.Resolve(path))
    {
        Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
    };

    private async Task<SandboxDelivery> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var http = clients.CreateClient(Client);
        using var response = await http.SendAsync(request, cancellationToken);
        var accepted = response.IsSuccessStatusCode ? await response.Content.ReadFromJsonAsync(WebhookJsonContext.Default.WebhookResponse, cancellationToken) : null;
        return new SandboxDelivery((int)response.StatusCode, accepted?.Id);
    }
}
