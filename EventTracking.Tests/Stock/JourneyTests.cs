using System.Text;
using System.Text.Json;

namespace EventTracking.Tests.Stock;

/// <summary>A merchant's journeys, end to end: real HTTP, the real store, and the sandbox's Shopify and Brightpearl.</summary>
public class JourneyTests(DevelopmentService service) : IClassFixture<DevelopmentService>
{
    private const string Raised = "2026-11-23T10:00:00Z";

    [Fact]
    public async Task An_unknown_item_waits_is_imported_and_runs_by_itself()
    {
        await service.AddProductAsync(7001, onHand: 10, available: 10);

        await service.SetAvailableAsync(7001, 8);

        var record = await service.AwaitAsync($"inventory-item:{DevelopmentService.ItemOf(7001)}", "succeeded");
        record = record.GetProperty("source").GetString() == "shopify" ? record : await OtherAsync(record);
        Assert.Equal(["waiting", "succeeded"], Outcomes(record));
        var release = Assert.Single(record.GetProperty("history").EnumerateArray().ToList());
        Assert.Equal("release", release.GetProperty("kind").GetString());
        var import = await service.GetAsync($"events/{Assert.Single(record.GetProperty("effects").EnumerateArray().ToList()).GetString()}");
        Assert.Equal(("import", "succeeded"), (Text(import, "source"), Text(import, "status")));
        Assert.Equal(Text(import, "id"), release.GetProperty("by").GetString());
        var body = Encoding.UTF8.GetString(await service.GetBytesAsync($"events/{Text(record, "id")}/payload"));
        Assert.Equal(DevelopmentService.ItemOf(7001), JsonDocument.Parse(body).RootElement.GetProperty("inventory_item_id").GetInt64());

        async Task<JsonElement> OtherAsync(JsonElement import)
        {
            var page = await service.GetAsync($"events?source=shopify&entity=inventory-item:{DevelopmentService.ItemOf(7001)}");
            var id = page.GetProperty("events").EnumerateArray().First().GetProperty("id").GetString()!;
            Assert.NotEqual(Text(import, "id"), id);
            return await service.AwaitEventAsync(id, "succeeded");
        }
    }

    [Fact]
    public async Task A_webhook_about_a_set_becomes_an_event_a_product()
    {
        foreach (var id in (long[])[7011, 7012, 7013, 7019])
        {
            await service.AddProductAsync(id, onHand: 5, available: 1);
        }

        var accepted = await SendSetAsync("7011-7013,7019");
        var parent = await service.AwaitEventAsync(Text(accepted, "id"), "succeeded");

        var effects = parent.GetProperty("effects").EnumerateArray().Select(effect => effect.GetString()!).ToList();
        Assert.Equal(4, effects.Count);
        foreach (var effect in effects)
        {
            var child = await service.AwaitEventAsync(effect, "succeeded");
            Assert.Equal(Text(parent, "id"), child.GetProperty("causes").EnumerateArray().First().GetProperty("id").GetString());
            Assert.Equal(Text(parent, "correlationId"), Text(child, "correlationId"));
        }

        await service.AwaitStockAsync(7019, 5, 5);
    }

    [Fact]
    public async Task New_products_named_by_one_webhook_are_imported()
    {
        await service.AddProductAsync(7081, onHand: 1, available: 1);
        await service.AddProductAsync(7082, onHand: 2, available: 2);

        var accepted = await SendSetAsync("7081-7082", "product.created");
        var parent = await service.AwaitEventAsync(Text(accepted, "id"), "succeeded");

        foreach (var effect in parent.GetProperty("effects").EnumerateArray())
        {
            Assert.Equal("product-import", Text(await service.AwaitEventAsync(effect.GetString()!, "succeeded"), "function"));
        }

        Assert.Equal("JOURNEY-7082", Text(await service.GetAsync("products/7082"), "sku"));
    }

    [Fact]
    public async Task A_failure_tells_exception_cause_and_step_and_is_replayed()
    {
        await service.AddProductAsync(7021, onHand: 4, available: 4);
        await service.SetOnHandAsync(7021, 4);
        await service.AwaitAsync("product:7021", "succeeded");

        await service.SetFaultAsync("shopify", "503");
        JsonElement failed;
        try
        {
            await service.SetOnHandAsync(7021, 3);
            await service.AwaitAsync("product:7021", "retrying");
            failed = await service.AwaitAsync("product:7021", "failed");
        }
        finally
        {
            await service.SetFaultAsync("shopify", "none");
        }

        var error = failed.GetProperty("error");
        Assert.Equal("ConnectorException", Text(error, "type"));
        Assert.NotEmpty(error.GetProperty("causes").EnumerateArray().ToList());
        Assert.Equal("reading Shopify's level", Text(error, "step"));
        Assert.Equal(6, failed.GetProperty("attemptCount").GetInt32());

        await service.SendAsync(HttpMethod.Post, $"events/{Text(failed, "id")}/replay", new { reason = "Shopify is up again" });
        var replayed = await service.AwaitEventAsync(Text(failed, "id"), "succeeded");

        Assert.Equal(["failed", "succeeded"], Outcomes(replayed).Where(outcome => outcome != "retrying"));
        Assert.Equal("Shopify is up again", replayed.GetProperty("history").EnumerateArray().Last().GetProperty("reason").GetString());
        await service.AwaitStockAsync(7021, 3, 3);
    }

    [Fact]
    public async Task A_merchants_edit_shows_as_a_discrepancy_and_reconciliation_mends_it()
    {
        await service.AddProductAsync(7031, onHand: 20, available: 20);
        await service.SetAvailableAsync(7031, 2);
        await service.AwaitAsync($"inventory-item:{DevelopmentService.ItemOf(7031)}", "succeeded");
        await AwaitDifferenceAsync(7031, 18);

        var dry = await service.SendAsync(HttpMethod.Post, "reconciliations", new { dryRun = true });
        Assert.Contains("7031", dry.GetRawText(), StringComparison.Ordinal);
        Assert.Equal((20, 2), await service.GetStockAsync(7031));
        await service.SendAsync(HttpMethod.Post, "reconciliations", new { });

        await service.AwaitStockAsync(7031, 20, 20);
        await AwaitDifferenceAsync(7031, 0);
    }

    [Fact]
    public async Task A_refresh_finds_drift_that_no_webhook_told_of()
    {
        await service.AddProductAsync(7041, onHand: 6, available: 6);
        await service.SetOnHandAsync(7041, 6);
        await service.AwaitAsync("product:7041", "succeeded");
        await service.SetOnHandAsync(7041, 9, webhook: false);

        await service.SendAsync(HttpMethod.Post, "reconciliations", new { refresh = true });

        await service.AwaitStockAsync(7041, 9, 9);
    }

    [Fact]
    public async Task An_order_that_Brightpearl_does_not_know_of_is_not_sold_again()
    {
        await service.AddProductAsync(7051, onHand: 10, available: 10);
        await service.SetOnHandAsync(7051, 10);
        await service.AwaitAsync("product:7051", "succeeded");

        await service.SendAsync(HttpMethod.Post, $"sandbox/control/shopify/items/{DevelopmentService.ItemOf(7051)}/orders", new { quantity = 3, webhook = false });
        await service.SetOnHandAsync(7051, 12);
        await service.AwaitStockAsync(7051, 12, 9);

        await service.SendAsync(HttpMethod.Post, "sandbox/control/brightpearl/products/7051/orders", new { quantity = 3 });
        await service.AwaitStockAsync(7051, 9, 9);
    }

    [Fact]
    public async Task A_product_that_comes_late_is_linked_by_its_webhook_and_gets_its_stock()
    {
        await service.AddProductAsync(7061, onHand: 5, available: 0);
        await service.SendAsync(HttpMethod.Post, $"sandbox/control/shopify/items/{DevelopmentService.ItemOf(7061)}/visibility", new { visible = false });
        var changed = await service.SendAsync(HttpMethod.Put, "sandbox/control/brightpearl/products/7061", new { onHand = 5 });
        var record = await service.AwaitEventAsync(Text(changed, "eventId"), "ignored");
        Assert.Equal(["waiting", "ignored"], Outcomes(record));
        var product = await service.GetAsync("products/7061");
        Assert.Equal((false, "sku-not-at-shopify"), (product.GetProperty("linked").GetBoolean(), Text(product, "reason")));

        await service.SendAsync(HttpMethod.Post, $"sandbox/control/shopify/items/{DevelopmentService.ItemOf(7061)}/visibility", new { visible = true });
        await service.SendAsync(HttpMethod.Patch, $"sandbox/control/shopify/items/{DevelopmentService.ItemOf(7061)}", new { tracked = true });

        await service.AwaitStockAsync(7061, 5, 5);
        Assert.True((await service.GetAsync("products/7061")).GetProperty("linked").GetBoolean());
    }

    [Fact]
    public async Task The_whole_catalog_is_imported_and_its_stock_is_set()
    {
        await service.SendAsync(HttpMethod.Post, "sandbox/control/seed", new { count = 30, firstProductId = "7500", skuPrefix = "JOURNEY-" });
        await service.SendAsync(HttpMethod.Post, "sandbox/control/products", new { sku = "JOURNEY-LONE", productId = "7599", onHand = 4 });

        var started = await service.SendAsync(HttpMethod.Post, "catalog/imports", new { });
        var path = $"catalog/imports/{Text(started, "id")}";
        var import = await service.AwaitAtAsync(path, shown => Text(shown, "state") == "succeeded");

        Assert.True(import.GetProperty("progress").GetProperty("newlyLinked").GetInt32() >= 30);
        Assert.Equal(Text(import, "id"), Text(await service.GetAsync("catalog/imports"), "id"));
        var lone = Assert.Single((await service.GetAsync("products?sku=JOURNEY-LONE")).GetProperty("products").EnumerateArray().ToList());
        Assert.Equal("sku-not-at-shopify", Text(lone, "reason"));
        await service.AwaitStockAsync(7529, 29, 29);
        await service.AwaitAtAsync("discrepancies", page => page.GetProperty("coverage").GetProperty("unread").GetInt32() == 0);
    }

    [Fact]
    public async Task A_write_whose_answer_is_lost_is_not_applied_twice()
    {
        await service.AddProductAsync(7071, onHand: 5, available: 5);
        await service.SetOnHandAsync(7071, 5);
        await service.AwaitAsync("product:7071", "succeeded");
        var before = await MutationsAsync(7071);

        await service.SendAsync(HttpMethod.Put, "sandbox/control/shopify/fault", new { kind = "lost", count = 2 });
        await service.SetOnHandAsync(7071, 4);
        await service.AwaitStockAsync(7071, 4, 4);
        await service.SetFaultAsync("shopify", "none");

        Assert.Equal(before + 1, await MutationsAsync(7071));
    }

    [Fact]
    public async Task A_variant_that_is_made_again_gets_the_stock_of_its_product()
    {
        await service.AddProductAsync(7091, onHand: 5, available: 5);
        await service.SetOnHandAsync(7091, 5);
        await service.AwaitAsync("product:7091", "succeeded");

        // The merchant deletes the variant and makes it again, which gives it another inventory item. No webhook arrives.
        await service.SendAsync(HttpMethod.Post, $"sandbox/control/shopify/items/{DevelopmentService.ItemOf(7091)}/visibility", new { visible = false });
        await service.SendAsync(HttpMethod.Post, "sandbox/control/products", new { sku = "JOURNEY-7091", inventoryItemId = $"{DevelopmentService.ItemOf(7095)}", available = 0 });
        var changed = await service.SendAsync(HttpMethod.Put, "sandbox/control/brightpearl/products/7091", new { onHand = 3 });
        var record = await service.AwaitEventAsync(Text(changed, "eventId"), "succeeded");

        Assert.Equal(["waiting", "succeeded"], Outcomes(record));
        var product = await service.GetAsync("products/7091");
        Assert.Equal($"{DevelopmentService.ItemOf(7095)}", Text(product, "inventoryItemId"));
        Assert.Equal(3, product.GetProperty("shAvailability").GetProperty("quantity").GetInt32());
        Assert.Equal((0, 1), (await MutationsAsync(7091), await MutationsAsync(7095)));
    }

    private static IEnumerable<string> Outcomes(JsonElement record) =>
        record.GetProperty("attempts").EnumerateArray().Select(attempt => attempt.GetProperty("outcome").GetString()!);

    private static string Text(JsonElement json, string property) => json.GetProperty(property).GetString()!;

    private Task<JsonElement> SendSetAsync(string ids, string fullEvent = "product.modified.on-hand-modified") => service.SendAsync(
        HttpMethod.Post,
        "webhooks/brightpearl/sandbox-webhook-key-1",
        new { resourceType = "product", id = ids, fullEvent, raisedOn = Raised });

    private async Task AwaitDifferenceAsync(long id, int difference)
    {
        var product = await service.AwaitProductAsync(id, product => product.GetProperty("difference").GetInt32() == difference);
        Assert.Equal(difference, product.GetProperty("difference").GetInt32());
    }

    private async Task<int> MutationsAsync(long id)
    {
        var state = await service.GetAsync("sandbox/control/state");
        return state.GetProperty("mutations").EnumerateArray().Count(mutation => mutation.GetProperty("inventoryItemId").GetString() == $"{DevelopmentService.ItemOf(id)}");
    }
}
