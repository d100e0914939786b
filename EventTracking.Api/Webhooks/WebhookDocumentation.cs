using System.Text.Json;
using EventTracking.Api.Documentation;

namespace EventTracking.Api.Webhooks;

/// <summary>Documents the webhook routes, whose handlers read the headers and the body directly.</summary>
internal static class WebhookDocumentation
{
    private const string Accepted = """{ "id": "01M83YEMEGQ2V7N4X9B6C1D0EF", "duplicate": false }""";
    private const string Known = """{ "id": "01M83YEMEGQ2V7N4X9B6C1D0EF", "duplicate": true }""";

    extension(RouteHandlerBuilder route)
    {
        public void DocumentShopify() => route
            .WithName("receiveShopifyWebhook")
            .WithSummary("Receives a Shopify webhook")
            .WithDescription(
                "Register this address for `inventory_levels/update` and for all other topics to be tracked. Only the signature and the size are "
                + "checked. The response is sent once the event is durable. A repeated delivery is recognised by its id. A delivery for another "
                + "shop is kept and ends as ignored. Each header may also have its name without `X-`; if both are present, the one with `X-` "
                + "counts, but either may hold the signature.")
            .WithHeader("X-Shopify-Hmac-Sha256", true, "Base64 HMAC-SHA256 over the raw body with the app's client secret.", "hM8q3yD0H3rVqJ1Zl9lKX3T6cB7pX2m8nQ4sYt1uW0E=")
            .WithHeader("X-Shopify-Topic", false, "The topic.", "inventory_levels/update")
            .WithHeader("X-Shopify-Shop-Domain", false, "The shop.", "example.myshopify.com")
            .WithHeader("X-Shopify-Webhook-Id", false, "The id of the delivery, the same for all its attempts.", "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043")
            .WithHeader("X-Shopify-Triggered-At", false, "When the event happened.", "2026-11-23T10:15:30.000Z")
            .WithRequestExample<JsonElement>("inventory level", """
                { "inventory_item_id": 808950810, "location_id": 24826418, "available": 7, "updated_at": "2026-11-23T10:15:30Z", "admin_graphql_api_id": "gid://shopify/InventoryLevel/523463154?inventory_item_id=808950810" }
                """)
            .WithResponseHeader(StatusCodes.Status202Accepted, "Location", "The path of the event.")
            .WithResponseHeader(StatusCodes.Status200OK, "Location", "The path of the event.")
            .WithExample<WebhookResponse>(StatusCodes.Status202Accepted, "new", Accepted)
            .WithExample<WebhookResponse>(StatusCodes.Status200OK, "known", Known);

        public void DocumentBrightpearl() => route
            .WithName("receiveBrightpearlWebhook")
            .WithSummary("Receives a Brightpearl webhook")
            .WithDescription(
                "Brightpearl does not sign its webhooks. Instead, the last segment of the path is a secret, one of the configured webhook keys. An id "
                + "set in `id` becomes one event per product. Brightpearl sends no delivery id, so a repeated delivery is recognised only while the "
                + "first one is still queued. The body is JSON or a form, whatever its content type; keys may be in camel case or have hyphens, "
                + "underscores or spaces. Without a body, the query is read instead. A webhook for another account is kept and ends as ignored.")
            .WithRequestExample<JsonElement>("stock changed", """
                { "accountCode": "example", "resourceType": "product", "id": "1-5,99,202", "lifecycleEvent": "modified", "fullEvent": "product.modified.on-hand-modified", "raisedOn": "2026-11-23T10:15:30Z", "brightpearlVersion": "4.23.1" }
                """)
            .WithResponseHeader(StatusCodes.Status202Accepted, "Location", "The path of the event.")
            .WithResponseHeader(StatusCodes.Status200OK, "Location", "The path of the event.")
            .WithExample<WebhookResponse>(StatusCodes.Status202Accepted, "new", Accepted)
            .WithExample<WebhookResponse>(StatusCodes.Status200OK, "known", Known);
    }
}
