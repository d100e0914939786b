using EventTracking.Api.Documentation;
using EventTracking.Api.Errors;

namespace EventTracking.Api.Sandbox;

internal static class SandboxDocumentation
{
    private static readonly ProblemType[] BodyProblems = [ProblemTypes.MalformedRequest, ProblemTypes.TooLarge, ProblemTypes.UnsupportedMediaType];

    private const string WebhookText = "If `webhook` is false, the webhook is lost. `GET /events/{id}` shows the event with the `eventId` of the response.";

    private const string FaultText =
        "`none` switches the fault off, `timeout` never responds, `429` responds with `Retry-After`, `503` is an outage, `throttled` is this "
        + "system's own way to throttle, `malformed` responds with 200 and a body that is not JSON, `errors` responds with 200 and errors, `lost` performs "
        + "the call and loses the response, `404` is a gateway's page, `301` a redirect, `401`, `402`, `403` and `423` are refusals, with `Retry-After` if `retryAfter` is given";

    private const string Brightpearl = """{ "productId": "1", "onHand": 9, "onHandElsewhere": 0, "allocated": 0, "stockTracked": true, "visible": true, "otherWarehouses": [] }""";
    private const string Shopify = """{ "inventoryItemId": "271878346596884015", "sku": "MUG-BLUE", "available": 9, "committed": 0, "tracked": true, "level": "active", "visible": true, "otherLocations": [] }""";
    private const string Product = $$"""{ "sku": "MUG-BLUE", "name": "Mug, blue", "brightpearl": {{Brightpearl}}, "shopify": {{Shopify}} }""";
    private const string Notified = $$"""{ "product": {{Product}}, "webhookStatus": 202, "eventId": "01M83YEMEGQ2V7N4X9B6C1D0EF" }""";
    private const string Untold = $$"""{ "product": {{Product}}, "webhookStatus": null, "eventId": null }""";
    private const string Sent = """{ "webhookStatus": 202, "eventId": "01M83YEMEGQ2V7N4X9B6C1D0EF" }""";

    private const string Hidden = $$"""
        {
          "product": {
            "sku": "MUG-BLUE", "name": "Mug, blue", "brightpearl": {{Brightpearl}},
            "shopify": { "inventoryItemId": "271878346596884015", "sku": "MUG-BLUE", "available": 9, "committed": 0, "tracked": true, "level": "active", "visible": false, "otherLocations": [] }
          },
          "webhookStatus": null, "eventId": null
        }
        """;

    private const string Added = """
        {
          "product": {
            "sku": "MUG-BLUE", "name": "Mug, blue, by mistake again", "brightpearl": null,
            "shopify": { "inventoryItemId": "271878346596889000", "sku": "MUG-BLUE", "available": 0, "committed": 0, "tracked": true, "level": "active", "visible": true, "otherLocations": [] }
          },
          "webhookStatus": null, "eventId": null
        }
        """;

    private const string Swapped = $$"""
        {
          "changes": [
            {
              "product": {
                "sku": "MUG-BLUE", "name": "Mug, blue", "brightpearl": {{Brightpearl}},
                "shopify": { "inventoryItemId": "271878346596884015", "sku": "TEA 250G", "available": 9, "committed": 0, "tracked": true, "level": "active", "visible": true, "otherLocations": [] }
              },
              "webhookStatus": 202, "eventId": "01M83YEMEGQ2V7N4X9B6C1D0EF"
            },
            {
              "product": {
                "sku": "TEA 250G", "name": "Tea, 250 g",
                "brightpearl": { "productId": "3", "onHand": 40, "onHandElsewhere": 0, "allocated": 0, "stockTracked": true, "visible": true, "otherWarehouses": [] },
                "shopify": { "inventoryItemId": "271878346596884017", "sku": "MUG-BLUE", "available": 40, "committed": 0, "tracked": true, "level": "active", "visible": true, "otherLocations": [] }
              },
              "webhookStatus": 202, "eventId": "01M83YEMEGQ2V7N4X9B6C1D0EG"
            }
          ]
        }
        """;

    private const string State = $$"""
        {
          "products": [ {{Product}} ],
          "mutationCount": 1,
          "mutations": [
            {
              "idempotencyKey": "5b1d4c0e-3b0c-5f5e-9d43-6a3f1f8f2a77", "reference": "gid://event-tracking/Event/01M83YEMEGQ2V7N4X9B6C1D0EF",
              "inventoryItemId": "271878346596884015", "locationId": "24826418", "from": 12, "to": 9
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
            .WithDescription("Returns the products with their ids and quantities, the quantities that the service has set at Shopify, and the current settings and faults.")
            .WithExample<SandboxStateResponse>(StatusCodes.Status200OK, "one product", State);

        public void DocumentAddProduct() => route
            .WithSummary("Adds a product")
            .WithDescription("Adds the product to each system whose id is given. No webhook is sent.")
            .WithRequestExample<AddProductRequest>("a SKU that Shopify has twice", """
                { "sku": "MUG-BLUE", "name": "Mug, blue, by mistake again", "inventoryItemId": "271878346596889000" }
                """)
            .WithRequestExample<AddProductRequest>("new on both sides", """
                { "sku": "BOWL-WOOD", "name": "Bowl, wood", "productId": "2000", "inventoryItemId": "271878346596889001", "onHand": 6, "available": 6 }
                """)
            .WithExample<SandboxChangeResponse>(StatusCodes.Status200OK, "added", Added)
            .WithProblems(BodyProblems)
            .WithProblems(ProblemTypes.ProductExists);

        public void DocumentSeedProducts() => route
            .WithSummary("Adds many products")
            .WithDescription("Adds products that both systems have, with ids that follow each other. Those of whose ids one is taken are left out. No webhook is sent.")
            .WithRequestExample<SeedProductsRequest>("a merchant's catalog", """{ "count": 20000 }""")
            .WithExample<SandboxSeedResponse>(StatusCodes.Status200OK, "added", """{ "added": 20000 }""")
            .WithProblems(BodyProblems);

        public void DocumentSettings() => route
            .WithSummary("Switches the echo")
            .WithDescription("With the echo, Shopify also sends a webhook for a quantity that the service itself has set.")
            .WithRequestExample<SetSettingsRequest>("no echo", """{ "echo": false }""")
            .WithProblems(BodyProblems);

        public void DocumentTokenExpiry() => route
            .WithSummary("Ends the access tokens")
            .WithDescription("Both sides refuse the access tokens that they have issued, as after their lifetime. Static tokens in the settings stay valid.");

        public void DocumentReset() => route
            .WithSummary("Resets both sides")
            .WithDescription("Restores the initial products and quantities, switches faults off and the echo on, and sets the usual limit on calls to Brightpearl. Events are kept: they belong to the service.");

        public void DocumentSetAvailable() => route
            .WithSummary("Changes stock at Shopify")
            .WithDescription($"Changes the quantity as a merchant does in Shopify's admin, and sends the signed webhook to the service. {WebhookText}")
            .WithRequestExample<SetAvailableRequest>("a change", """{ "available": 9 }""")
            .WithRequestExample<SetAvailableRequest>("a change whose webhook is lost", """{ "available": 9, "webhook": false }""")
            .DocumentChange();

        public void DocumentShopifyOrder() => route
            .WithSummary("Places an order at Shopify")
            .WithDescription($"Moves the quantity from available to committed. Use the Brightpearl route to place the same order there. {WebhookText}")
            .WithRequestExample<OrderRequest>("an order", """{ "quantity": 2 }""")
            .DocumentChange();

        public void DocumentShopifyVisibility() => route
            .WithSummary("Hides or shows a product at Shopify")
            .WithDescription("Shopify's API does not return hidden products. No webhook is sent.")
            .DocumentVisibility();

        public void DocumentChangeItem() => route
            .WithSummary("Changes an item's SKU or tracking at Shopify")
            .WithDescription($"Brightpearl keeps its SKU. Sends `inventory_items/update`. {WebhookText}")
            .WithRequestExample<ChangeItemRequest>("another SKU", """{ "sku": "MUG-BLUE-2" }""")
            .WithRequestExample<ChangeItemRequest>("not tracked any more", """{ "tracked": false }""")
            .DocumentChange();

        public void DocumentSetLevel() => route
            .WithSummary("Stocks an item at the location, or stops it")
            .WithDescription($"API versions before 2026-04 do not show an inactive level, and before 2026-10 no quantity can be set where there never was a level. Sends `inventory_levels/connect` or `/disconnect`. {WebhookText}")
            .WithRequestExample<SetLevelRequest>("deactivated", """{ "level": "inactive" }""")
            .WithRequestExample<SetLevelRequest>("never stocked there", """{ "level": "none", "webhook": false }""")
            .DocumentChange();

        public void DocumentShopifySwap() => route
            .WithSummary("Swaps the SKUs of two items at Shopify")
            .WithDescription($"Both change at once. Sends `inventory_items/update` for each. {WebhookText}")
            .DocumentSwap("271878346596884017");

        public void DocumentRecreation() => route
            .WithSummary("Deletes a variant and creates it again")
            .WithDescription($"The new variant has the same SKU, another inventory item and no stock. Sends `inventory_items/delete` and `/create`; the response is about the second. {WebhookText}")
            .DocumentDeletion();

        public void DocumentShopifyDeletion() => route
            .WithSummary("Deletes a variant at Shopify")
            .WithDescription($"Brightpearl keeps its product. Sends `inventory_items/delete`. {WebhookText}")
            .DocumentDeletion();

        public void DocumentShopifyFault() => route
            .WithSummary("Breaks Shopify")
            .WithDescription($"{FaultText}, `throttled-without-code` throttles without the code that says so, `stale` rejects calls that set quantities, because the current quantity is not the expected one.")
            .WithRequestExample<SetShopifyFaultRequest>("down", """{ "kind": "503" }""")
            .WithRequestExample<SetShopifyFaultRequest>("throttled twice", """{ "kind": "429", "count": 2, "retryAfter": 1 }""")
            .WithRequestExample<SetShopifyFaultRequest>("no fault", """{ "kind": "none" }""")
            .WithProblems(BodyProblems);

        public void DocumentSetOnHand() => route
            .WithSummary("Changes stock at Brightpearl")
            .WithDescription($"Changes the quantity as a stock correction does, and sends the webhook to the service, which updates Shopify. {WebhookText}")
            .WithRequestExample<SetOnHandRequest>("a change", """{ "onHand": 9 }""")
            .WithRequestExample<SetOnHandRequest>("a change whose webhook is lost", """{ "onHand": 9, "webhook": false }""")
            .DocumentChange();

        public void DocumentBrightpearlOrder() => route
            .WithSummary("Places an order at Brightpearl")
            .WithDescription($"Moves the quantity from on hand to allocated, as an order from Shopify does. {WebhookText}")
            .WithRequestExample<OrderRequest>("an order", """{ "quantity": 2 }""")
            .DocumentChange();

        public void DocumentBrightpearlVisibility() => route
            .WithSummary("Hides or shows a product at Brightpearl")
            .WithDescription("Brightpearl's API does not return hidden products. No webhook is sent.")
            .DocumentVisibility();

        public void DocumentChangeProduct() => route
            .WithSummary("Changes a product's SKU or tracking at Brightpearl")
            .WithDescription($"Shopify keeps its SKU. Sends `product.modified`. {WebhookText}")
            .WithRequestExample<ChangeProductRequest>("another SKU", """{ "sku": "MUG-BLUE-2" }""")
            .WithRequestExample<ChangeProductRequest>("not tracked any more", """{ "stockTracked": false }""")
            .DocumentChange();

        public void DocumentBrightpearlSwap() => route
            .WithSummary("Swaps the SKUs of two products at Brightpearl")
            .WithDescription($"Both change at once. Sends `product.modified` for each. {WebhookText}")
            .DocumentSwap("3");

        public void DocumentBrightpearlDeletion() => route
            .WithSummary("Deletes a product at Brightpearl")
            .WithDescription($"Shopify keeps its variant. Sends `product.destroyed`. {WebhookText}")
            .DocumentDeletion();

        public void DocumentSendWebhook() => route
            .WithSummary("Sends a Brightpearl webhook")
            .WithDescription("One webhook may name many products, by ids and ascending ranges. Each product becomes its own event, caused by the one in the response.")
            .WithRequestExample<SendWebhookRequest>("six products", """{ "idSet": "1-5,99" }""")
            .WithExample<SandboxWebhookResponse>(StatusCodes.Status200OK, "sent", Sent)
            .WithProblems(BodyProblems);

        public void DocumentBrightpearlFault() => route
            .WithSummary("Breaks Brightpearl")
            .WithDescription($"{FaultText}, `incomplete` leaves the quantities on hand and allocated out of availabilities.")
            .WithRequestExample<SetBrightpearlFaultRequest>("down", """{ "kind": "503" }""")
            .WithRequestExample<SetBrightpearlFaultRequest>("throttled twice", """{ "kind": "throttled", "count": 2, "retryAfter": 1 }""")
            .WithRequestExample<SetBrightpearlFaultRequest>("no fault", """{ "kind": "none" }""")
            .WithProblems(BodyProblems);

        public void DocumentGetLimit() => route
            .WithSummary("Shows the calls of the account")
            .WithDescription("Returns the limit on the calls of all clients of the account together, what is left of it, and how many calls were made and refused in each of the last periods.")
            .WithExample<SandboxLimitResponse>(StatusCodes.Status200OK, "two periods", """
                {
                  "calls": 200, "periodSeconds": 60, "remaining": 120, "nextPeriod": 21500,
                  "periods": [
                    { "made": 195, "refused": 0, "madeByOthers": 0, "refusedToOthers": 0 },
                    { "made": 70, "refused": 0, "madeByOthers": 10, "refusedToOthers": 0 }
                  ]
                }
                """);

        public void DocumentSetLimit() => route
            .WithSummary("Limits the calls of the account")
            .WithDescription("Sets how many calls Brightpearl allows in a period, and begins a period. Every response reports how many calls are left.")
            .WithRequestExample<SetLimitRequest>("Brightpearl's usual limit", """{ "calls": 200 }""")
            .WithRequestExample<SetLimitRequest>("a short period", """{ "calls": 20, "periodSeconds": 2 }""")
            .WithProblems(BodyProblems);

        public void DocumentMakeCalls() => route
            .WithSummary("Makes calls as another app of the account")
            .WithDescription("Uses up calls that the service then does not have.")
            .WithRequestExample<MakeCallsRequest>("half of the usual limit", """{ "count": 100 }""")
            .WithExample<SandboxCallsResponse>(StatusCodes.Status200OK, "all were made", """{ "made": 100, "refused": 0 }""")
            .WithProblems(BodyProblems);

        private void DocumentChange() => route
            .WithExample<SandboxChangeResponse>(StatusCodes.Status200OK, "changed, webhook sent", Notified)
            .WithExample<SandboxChangeResponse>(StatusCodes.Status200OK, "changed, webhook lost", Untold)
            .WithProblems(BodyProblems)
            .WithProblems(ProblemTypes.ProductNotFound);

        private void DocumentSwap(string other) => route
            .WithRequestExample<SwapSkuRequest>("a swap", $$"""{ "with": "{{other}}" }""")
            .WithExample<SandboxChangesResponse>(StatusCodes.Status200OK, "swapped", Swapped)
            .WithProblems(BodyProblems)
            .WithProblems(ProblemTypes.ProductNotFound);

        private void DocumentDeletion() => route
            .WithRequestExample<DeleteRequest>("with its webhook", "{}")
            .WithRequestExample<DeleteRequest>("whose webhook is lost", """{ "webhook": false }""")
            .DocumentChange();

        private void DocumentVisibility() => route
            .WithRequestExample<SetVisibilityRequest>("hide", """{ "visible": false }""")
            .WithRequestExample<SetVisibilityRequest>("show", """{ "visible": true }""")
            .WithExample<SandboxChangeResponse>(StatusCodes.Status200OK, "hidden", Hidden)
            .WithProblems(BodyProblems)
            .WithProblems(ProblemTypes.ProductNotFound);
    }
}
