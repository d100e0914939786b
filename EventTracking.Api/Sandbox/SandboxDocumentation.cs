using EventTracking.Api.Documentation;
using EventTracking.Api.Errors;

namespace EventTracking.Api.Sandbox;

internal static class SandboxDocumentation
{
    private static readonly ProblemType[] BodyProblems = [ProblemTypes.MalformedRequest, ProblemTypes.TooLarge, ProblemTypes.UnsupportedMediaType];

    private const string WebhookText = "With `webhook` false the webhook is lost. `eventId` in the answer is for `GET /events/{id}`.";

    private const string FaultText =
        "`none` switches it off, `timeout` never answers, `429` answers with `Retry-After`, `503` is down, `throttled` is this side's own way to "
        + "throttle, `malformed` answers 200 with something else than JSON, `lost` does what is asked and loses the answer";

    private const string Brightpearl = """{ "productId": "1", "onHand": 9, "onHandElsewhere": 0, "allocated": 0, "visible": true }""";
    private const string Shopify = """{ "inventoryItemId": "271878346596884015", "available": 9, "committed": 0, "visible": true }""";
    private const string Product = $$"""{ "sku": "MUG-BLUE", "name": "Mug, blue", "brightpearl": {{Brightpearl}}, "shopify": {{Shopify}} }""";
    private const string Told = $$"""{ "product": {{Product}}, "webhookStatus": 202, "eventId": "01M83YEMEGQ2V7N4X9B6C1D0EF" }""";
    private const string Untold = $$"""{ "product": {{Product}}, "webhookStatus": null, "eventId": null }""";
    private const string Sent = """{ "webhookStatus": 202, "eventId": "01M83YEMEGQ2V7N4X9B6C1D0EF" }""";

    private const string Hidden = $$"""
        {
          "product": {
            "sku": "MUG-BLUE", "name": "Mug, blue", "brightpearl": {{Brightpearl}},
            "shopify": { "inventoryItemId": "271878346596884015", "available": 9, "committed": 0, "visible": false }
          },
          "webhookStatus": null, "eventId": null
        }
        """;

    private const string Added = """
        {
          "product": {
            "sku": "MUG-BLUE", "name": "Mug, blue, by mistake again", "brightpearl": null,
            "shopify": { "inventoryItemId": "271878346596889000", "available": 0, "committed": 0, "visible": true }
          },
          "webhookStatus": null, "eventId": null
        }
        """;

    private const string State = $$"""
        {
          "products": [ {{Product}} ],
          "mutationCount": 1,
          "mutations": [
            {
              "idempotencyKey": "5b1d4c0e-3b0c-5f5e-9d43-6a3f1f8f2a77", "reference": "gid://event-tracking/Event/01M83YEMEGQ2V7N4X9B6C1D0EF",
              "inventoryItemId": "271878346596884015", "from": 12, "to": 9
            }
          ],
          "shopifyFault": { "kind": "503", "count": 3, "retryAfter": null },
          "brightpearlFault": { "kind": "none", "count": null, "retryAfter": null },
          "echo": true
        }
        """;

    extension(RouteHandlerBuilder route)
    {
        public void DocumentState() => route
            .WithSummary("Shows both sides")
            .WithDescription("The products with their ids and quantities, what the service has set at Shopify, and what is switched on.")
            .WithExample<SandboxStateResponse>(StatusCodes.Status200OK, "one product", State);

        public void DocumentAddProduct() => route
            .WithSummary("Adds a product")
            .WithDescription("To the side whose id is given, or to both. No webhook is sent.")
            .WithRequestExample<AddProductRequest>("a SKU that Shopify has twice", """
                { "sku": "MUG-BLUE", "name": "Mug, blue, by mistake again", "inventoryItemId": "271878346596889000" }
                """)
            .WithRequestExample<AddProductRequest>("new on both sides", """
                { "sku": "BOWL-WOOD", "name": "Bowl, wood", "productId": "2000", "inventoryItemId": "271878346596889001", "onHand": 6, "available": 6 }
                """)
            .WithExample<SandboxChangeResponse>(StatusCodes.Status200OK, "added", Added)
            .WithProblems(BodyProblems)
            .WithProblems(ProblemTypes.ProductExists);

        public void DocumentSettings() => route
            .WithSummary("Switches the echo")
            .WithDescription("Shopify sends a webhook also for a quantity that the service itself has set. Without the echo it does not.")
            .WithRequestExample<SetSettingsRequest>("no echo", """{ "echo": false }""")
            .WithProblems(BodyProblems);

        public void DocumentReset() => route
            .WithSummary("Starts both sides anew")
            .WithDescription("Products and quantities are those of a fresh start, faults are off, the echo is on. Events stay: they are the service's.");

        public void DocumentSetAvailable() => route
            .WithSummary("Changes stock at Shopify")
            .WithDescription($"As a merchant does in Shopify's admin; the signed webhook is sent to the service. {WebhookText}")
            .WithRequestExample<SetAvailableRequest>("a change", """{ "available": 9 }""")
            .WithRequestExample<SetAvailableRequest>("a change whose webhook is lost", """{ "available": 9, "webhook": false }""")
            .DocumentChange();

        public void DocumentShopifyOrder() => route
            .WithSummary("Orders at Shopify")
            .WithDescription($"Moves the quantity from available to committed. Brightpearl learns of the order by its own route. {WebhookText}")
            .WithRequestExample<OrderRequest>("an order", """{ "quantity": 2 }""")
            .DocumentChange();

        public void DocumentShopifyVisibility() => route
            .WithSummary("Hides or shows a product at Shopify")
            .WithDescription("Shopify's API does not know what is hidden. No webhook is sent.")
            .DocumentVisibility();

        public void DocumentShopifyFault() => route
            .WithSummary("Breaks Shopify")
            .WithDescription($"{FaultText}, `stale` refuses to set quantities since they are others than expected.")
            .WithRequestExample<SetShopifyFaultRequest>("down", """{ "kind": "503" }""")
            .WithRequestExample<SetShopifyFaultRequest>("throttled twice", """{ "kind": "429", "count": 2, "retryAfter": 1 }""")
            .WithRequestExample<SetShopifyFaultRequest>("whole again", """{ "kind": "none" }""")
            .WithProblems(BodyProblems);

        public void DocumentSetOnHand() => route
            .WithSummary("Changes stock at Brightpearl")
            .WithDescription($"As a stock correction does; the webhook is sent to the service, which brings the quantity to Shopify. {WebhookText}")
            .WithRequestExample<SetOnHandRequest>("a change", """{ "onHand": 9 }""")
            .WithRequestExample<SetOnHandRequest>("a change whose webhook is lost", """{ "onHand": 9, "webhook": false }""")
            .DocumentChange();

        public void DocumentBrightpearlOrder() => route
            .WithSummary("Orders at Brightpearl")
            .WithDescription($"Moves the quantity from on hand to allocated, as an order that came over from Shopify does. {WebhookText}")
            .WithRequestExample<OrderRequest>("an order", """{ "quantity": 2 }""")
            .DocumentChange();

        public void DocumentBrightpearlVisibility() => route
            .WithSummary("Hides or shows a product at Brightpearl")
            .WithDescription("Brightpearl's API does not know what is hidden. No webhook is sent.")
            .DocumentVisibility();

        public void DocumentSendWebhook() => route
            .WithSummary("Sends a Brightpearl webhook")
            .WithDescription("One webhook may name many products: ids and ascending ranges. Each becomes an event of its own, caused by the one in the answer.")
            .WithRequestExample<SendWebhookRequest>("six products", """{ "idSet": "1-5,99" }""")
            .WithExample<SandboxWebhookResponse>(StatusCodes.Status200OK, "sent", Sent)
            .WithProblems(BodyProblems);

        public void DocumentBrightpearlFault() => route
            .WithSummary("Breaks Brightpearl")
            .WithDescription($"{FaultText}.")
            .WithRequestExample<SetBrightpearlFaultRequest>("down", """{ "kind": "503" }""")
            .WithRequestExample<SetBrightpearlFaultRequest>("throttled twice", """{ "kind": "throttled", "count": 2, "retryAfter": 1 }""")
            .WithRequestExample<SetBrightpearlFaultRequest>("whole again", """{ "kind": "none" }""")
            .WithProblems(BodyProblems);

        private void DocumentChange() => route
            .WithExample<SandboxChangeResponse>(StatusCodes.Status200OK, "changed and the webhook sent", Told)
            .WithExample<SandboxChangeResponse>(StatusCodes.Status200OK, "changed, the webhook lost", Untold)
            .WithProblems(BodyProblems)
            .WithProblems(ProblemTypes.ProductNotFound);

        private void DocumentVisibility() => route
            .WithRequestExample<SetVisibilityRequest>("hide", """{ "visible": false }""")
            .WithRequestExample<SetVisibilityRequest>("show", """{ "visible": true }""")
            .WithExample<SandboxChangeResponse>(StatusCodes.Status200OK, "hidden", Hidden)
            .WithProblems(BodyProblems)
            .WithProblems(ProblemTypes.ProductNotFound);
    }
}
