using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
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

    private readonly Channel<long> echoes = Channel.CreateUnbounded<long>();

    /// <summary>Inventory items whose webhooks are to be sent later, as Shopify does.</summary>
    public ChannelReader<long> Echoes => echoes.Reader;

    public void Echo(long inventoryItemId)
    {
        if (settings.Echo)
        {
            echoes.Writer.TryWrite(inventoryItemId);
        }
    }

    /// <summary>Sends the webhook about an item's current level and returns the response.</summary>
    public async Task<SandboxDelivery> SendInventoryLevelAsync(long inventoryItemId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();

        // Escaped slashes, as in real deliveries: a receiver that rewrites the body before checking it breaks the signature.
        var body = Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"inventory_item_id":{{inventoryItemId}},"location_id":{{shopify.Value.LocationId}},"available":{{state.FindItem(inventoryItemId)?.Available ?? 0}},"updated_at":"{{now:yyyy-MM-ddTHH:mm:sszzz}}","admin_graphql_api_id":"gid:\/\/shopify\/InventoryLevel\/9100{{inventoryItemId % 100000}}?inventory_item_id={{inventoryItemId}}"}"""));
        using var request = Post("/webhooks/shopify", body);
        request.Headers.TryAddWithoutValidation("User-Agent", "Shopify-Captain-Hook");
        request.Headers.Add("X-Shopify-Topic", "inventory_levels/update");
        request.Headers.Add("X-Shopify-Shop-Domain", shopify.Value.ShopDomain);
        request.Headers.Add("X-Shopify-API-Version", shopify.Value.ApiVersion);
        request.Headers.Add("X-Shopify-Webhook-Id", Guid.NewGuid().ToString());
        request.Headers.Add("X-Shopify-Event-Id", Guid.NewGuid().ToString());
        request.Headers.Add("X-Shopify-Triggered-At", now.ToString("yyyy-MM-ddTHH:mm:ss.fffffff'00Z'", CultureInfo.InvariantCulture));
        request.Headers.Add("X-Shopify-Hmac-Sha256", Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(shopify.Value.WebhookSecrets[0]), body)));
        return await SendAsync(request, cancellationToken);
    }

    /// <summary>Sends the webhook that the on-hand quantities of these products changed and returns the response.</summary>
    public async Task<SandboxDelivery> SendOnHandModifiedAsync(string idSet, CancellationToken cancellationToken)
    {
        var body = Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"accountCode":"{{brightpearl.Value.Account}}","resourceType":"product","id":"{{idSet}}","lifecycleEvent":"modified","fullEvent":"product.modified.on-hand-modified","raisedOn":"{{time.GetUtcNow():yyyy-MM-ddTHH:mm:ssZ}}","brightpearlVersion":"4.23.1"}"""));
        using var request = Post($"/webhooks/brightpearl/{brightpearl.Value.WebhookKeys[0]}", body);
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
