using System.Net;
using System.Net.Http.Json;
using EventTracking.Api.Sandbox;
using EventTracking.Core.Events;
using EventTracking.Stock.Connectors.Shopify;
using EventTracking.Tests.Stock.Catalog;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;

namespace EventTracking.Tests.Sandbox;

public sealed class SandboxTests
{
    private const string Mug = "271878346596884015";

    [Fact]
    public async Task Stock_changed_at_Shopify_is_told_by_a_signed_webhook()
    {
        await using var app = await SandboxApp.StartAsync();

        using var answer = await app.PutAsync($"/sandbox/control/shopify/items/{Mug}", """{"available":3}""");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var change = await answer.Content.ReadFromJsonAsync(SandboxJson.Default.SandboxChangeResponse, TestContext.Current.CancellationToken);
        Assert.Equal((202, SandboxApp.EventId), (change!.WebhookStatus, change.EventId));
        var delivery = await app.NextDeliveryAsync();
        Assert.Equal("inventory_levels/update", delivery.Topic);
        Assert.Equal(new EntityKey("inventory-item", Mug), delivery.Entity);
        Assert.Equal("test-store.myshopify.com", delivery.Account);
        Assert.Equal(app.Time.GetUtcNow(), delivery.TriggeredAt);
        Assert.True(delivery.DeliveryIdIsUnique);
        Assert.NotNull(delivery.CorrelationId);
    }

    [Fact]
    public async Task Stock_changed_at_Brightpearl_is_told_to_the_path_with_the_key()
    {
        await using var app = await SandboxApp.StartAsync();

        using var answer = await app.PutAsync("/sandbox/control/brightpearl/products/1007", """{"onHand":3}""");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var delivery = await app.NextDeliveryAsync();
        Assert.Equal("product.modified.on-hand-modified", delivery.Topic);
        Assert.Equal(new EntityKey("product", "1007"), delivery.Entity);
        Assert.Equal(app.Time.GetUtcNow(), delivery.TriggeredAt);
    }

    [Fact]
    public async Task A_webhook_may_be_lost()
    {
        await using var app = await SandboxApp.StartAsync();

        using var first = await app.PutAsync($"/sandbox/control/shopify/items/{Mug}", """{"available":3,"webhook":false}""");
        using var second = await app.PutAsync("/sandbox/control/brightpearl/products/1", """{"onHand":4,"webhook":false}""");

        Assert.False(app.HasDelivery);
        var product = (await app.GetStateAsync()).Products[0];
        Assert.Equal((3, 4), (product.Shopify!.Available, product.Brightpearl!.OnHand));
    }

    [Fact]
    public async Task A_webhook_can_name_a_set_of_products()
    {
        await using var app = await SandboxApp.StartAsync();

        using var answer = await app.PostAsync("/sandbox/control/brightpearl/webhooks", """{"idSet":"1-5,99,202"}""");
        using var refused = await app.PostAsync("/sandbox/control/brightpearl/webhooks", """{"idSet":"5-1"}""");

        var delivery = await app.NextDeliveryAsync();
        Assert.Null(delivery.Entity);
        Assert.Equal("fan-out", delivery.Function);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
    }

    [Fact]
    public async Task A_change_through_the_API_comes_back_as_an_echo()
    {
        await using var app = await SandboxApp.StartAsync();

        Assert.Equal([new ShopifyRowResult.Set()], await app.Shopify.SetAvailableAsync([new ShopifyChange(long.Parse(Mug, null), 24826418, 4, 12, "01J/1/1")], "gid://test/Event/1", TestContext.Current.CancellationToken));

        Assert.Equal(new EntityKey("inventory-item", Mug), (await app.NextDeliveryAsync()).Entity);
    }

    [Fact]
    public async Task An_order_holds_stock_at_Shopify_before_it_reaches_Brightpearl()
    {
        await using var app = await SandboxApp.StartAsync();

        using var ordered = await app.PostAsync($"/sandbox/control/shopify/items/{Mug}/orders", """{"quantity":2}""");
        var between = (await app.GetStateAsync()).Products[0];
        using var arrived = await app.PostAsync("/sandbox/control/brightpearl/products/1/orders", """{"quantity":2}""");
        var after = (await app.GetStateAsync()).Products[0];

        Assert.Equal((10, 2), (between.Shopify!.Available, between.Shopify.Committed));
        Assert.Equal((12, 0), (between.Brightpearl!.OnHand, between.Brightpearl.Allocated));
        Assert.Equal((10, 2), (after.Brightpearl!.OnHand, after.Brightpearl.Allocated));
        Assert.Equal(["inventory_levels/update", "product.modified.on-hand-modified"], new[] { (await app.NextDeliveryAsync()).Topic, (await app.NextDeliveryAsync()).Topic });
    }

    [Fact]
    public async Task A_product_appears_and_disappears_on_one_side()
    {
        await using var app = await SandboxApp.StartAsync();
        var token = TestContext.Current.CancellationToken;

        using var added = await app.PostAsync("/sandbox/control/products", """{"sku":"NEW-1","productId":"2000","inventoryItemId":"271878346596889000","onHand":6}""");
        using var again = await app.PostAsync("/sandbox/control/products", """{"sku":"NEW-1","productId":"2000"}""");
        using var hidden = await app.PostAsync("/sandbox/control/shopify/items/271878346596889000/visibility", """{"visible":false}""");

        Assert.Equal(HttpStatusCode.OK, added.StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
        Assert.Single(await app.Brightpearl.GetProductsAsync([2000], token));
        Assert.Empty(await app.Shopify.GetItemsAsync([271878346596889000], token));
        using var shown = await app.PostAsync("/sandbox/control/shopify/items/271878346596889000/visibility", """{"visible":true}""");
        Assert.Equal("NEW-1", Assert.Single(await app.Shopify.GetItemsAsync([271878346596889000], token)).Value.Sku);
    }

    [Fact]
    public async Task What_identifies_an_item_changes_and_is_told_by_its_webhooks()
    {
        await using var app = await SandboxApp.StartAsync();
        var token = TestContext.Current.CancellationToken;
        var item = long.Parse(Mug, null);

        using var renamed = await app.SendAsync(HttpMethod.Patch, $"/sandbox/control/shopify/items/{Mug}", """{"sku":"MUG-RED","tracked":false}""");
        var changed = (await app.Shopify.GetItemsAsync([item], token))[item];
        using var swapped = await app.PostAsync($"/sandbox/control/shopify/items/{Mug}/sku-swap", """{"with":"271878346596884017"}""");
        var items = await app.Shopify.GetItemsAsync([item, item + 2], token);
        using var recreated = await app.PostAsync($"/sandbox/control/shopify/items/{Mug}/recreation", "{}");
        var tea = Assert.Single(await app.Shopify.FindItemsAsync("TEA 250G", token));

        Assert.Equal(("MUG-RED", false), (changed.Sku, changed.Tracked));
        Assert.Equal(("TEA 250G", "MUG-RED"), (items[item].Sku, items[item + 2].Sku));
        Assert.Empty(await app.Shopify.GetItemsAsync([item], token));
        Assert.True(tea.Id > item + 7);
        Assert.Equal(new ShopifyLevel(0, 0), (await app.Shopify.GetItemsAsync([tea.Id], token))[tea.Id].Level);
        Assert.Equal(
            ["inventory_items/update", "inventory_items/update", "inventory_items/update", "inventory_items/delete", "inventory_items/create"],
            await TopicsAsync(app, 5));
        Assert.Equal("MUG-BLUE", (await app.Brightpearl.GetProductsAsync([1], token))[1].Require().Sku);
    }

    [Fact]
    public async Task What_identifies_a_product_changes_and_is_told_by_its_webhooks()
    {
        await using var app = await SandboxApp.StartAsync();
        var token = TestContext.Current.CancellationToken;

        using var swapped = await app.PostAsync("/sandbox/control/brightpearl/products/1/sku-swap", """{"with":"3"}""");
        using var renamed = await app.SendAsync(HttpMethod.Patch, "/sandbox/control/brightpearl/products/3", """{"sku":"","stockTracked":false}""");
        using var deleted = await app.PostAsync("/sandbox/control/brightpearl/products/2/deletion", "{}");
        var products = await app.Brightpearl.GetProductsAsync([1, 2, 3], token);

        Assert.Equal([1, 3], products.Keys.Order());
        Assert.Equal(("TEA 250G", (string?)null, false), (products[1].Require().Sku, products[3].Require().Sku, products[3].Require().StockTracked));
        Assert.Equal([1], (await app.Brightpearl.GetAvailabilityAsync([1, 2, 3], token)).Keys);
        Assert.Equal("MUG-BLUE", (await app.Shopify.GetItemsAsync([long.Parse(Mug, null)], token)).Values.Single().Sku);
        Assert.Equal(["product.modified", "product.modified", "product.modified", "product.destroyed"], await TopicsAsync(app, 4));
    }

    [Fact]
    public async Task Faults_are_switched_over_HTTP_and_reset_with_everything_else()
    {
        await using var app = await SandboxApp.StartAsync();

        using var shopify = await app.PutAsync("/sandbox/control/shopify/fault", """{"kind":"429","count":2,"retryAfter":1}""");
        using var brightpearl = await app.PutAsync("/sandbox/control/brightpearl/fault", """{"kind":"throttled"}""");
        using var stale = await app.PutAsync("/sandbox/control/brightpearl/fault", """{"kind":"stale"}""");
        using var changed = await app.PutAsync($"/sandbox/control/shopify/items/{Mug}", """{"available":3,"webhook":false}""");
        var broken = await app.GetStateAsync();
        using var reset = await app.PostAsync("/sandbox/control/reset", "{}");
        var whole = await app.GetStateAsync();

        Assert.Equal(HttpStatusCode.BadRequest, stale.StatusCode);
        Assert.Equal(new SandboxFault(SandboxFaultKind.TooManyRequests, 2, 1), broken.ShopifyFault);
        Assert.Equal(SandboxFaultKind.Throttled, broken.BrightpearlFault.Kind);
        Assert.Equal((SandboxFaultKind.None, SandboxFaultKind.None), (whole.ShopifyFault.Kind, whole.BrightpearlFault.Kind));
        Assert.Equal(12, whole.Products[0].Shopify!.Available);
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        await using var app = await SandboxApp.StartAsync();

        using var item = await app.PutAsync("/sandbox/control/shopify/items/1", """{"available":3}""");
        using var product = await app.PutAsync("/sandbox/control/brightpearl/products/77", """{"onHand":3}""");

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (item.StatusCode, product.StatusCode));
    }

    private static async Task<IReadOnlyList<string>> TopicsAsync(SandboxApp app, int count)
    {
        var topics = new List<string>();
        while (topics.Count < count)
        {
            topics.Add((await app.NextDeliveryAsync()).Topic);
        }

        return topics;
    }

    [Theory]
    [InlineData("Production", "true")]
    [InlineData("Development", "false")]
    public async Task It_does_not_exist_outside_development_or_when_switched_off(string environment, string enabled)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.Configuration.AddInMemoryCollection([KeyValuePair.Create("Sandbox:Enabled", (string?)enabled)]);
        builder.AddSandbox();
        await using var app = builder.Build();

        app.MapSandbox();

        Assert.Empty(((Microsoft.AspNetCore.Routing.IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints));
    }
}
