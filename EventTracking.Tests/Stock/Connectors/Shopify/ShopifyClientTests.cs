using EventTracking.Api.Sandbox;
using EventTracking.Stock.Connectors.Shopify;
using EventTracking.Tests.Sandbox;
using EventTracking.Tests.Stock.Catalog;

namespace EventTracking.Tests.Stock.Connectors.Shopify;

public sealed class ShopifyClientTests
{
    private const long Mug = 271878346596884015;
    private const string Reference = "gid://event-tracking/Event/01J";

    private static readonly ShopifyChange Change = new(Mug, 24826418, 5, 12, "01J/1/1");
    private static readonly ShopifyRowResult Set = new ShopifyRowResult.Set();
    private static readonly ShopifyRowResult Stale = new ShopifyRowResult.Stale();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Finds_the_variant_with_exactly_the_SKU_although_the_search_finds_more()
    {
        await using var app = await SandboxApp.StartAsync();

        var variant = Assert.Single(await app.Shopify.FindItemsAsync("MUG-BLUE", Token));

        Assert.Equal(new ShopifyItem(Mug, "MUG-BLUE", true), variant);
        Assert.Empty(await app.Shopify.FindItemsAsync("mug-blue", Token));
        Assert.Single(await app.Shopify.FindItemsAsync("TEA 250G", Token));
    }

    [Fact]
    public async Task Finds_the_variant_that_comes_after_a_page_of_similar_ones()
    {
        await using var app = await SandboxApp.StartAsync();
        for (var number = 0; number < 25; number++)
        {
            app.State.Add(new SandboxProduct($"CAP\"\\-{number}", "Cap") { InventoryItemId = 9000 + number });
        }

        app.State.Add(new SandboxProduct("CAP\"\\", "Cap") { InventoryItemId = 9999 });
        app.State.Add(new SandboxProduct("CAP\"\\", "Another cap") { InventoryItemId = 9998 });

        Assert.Equal([9999, 9998], (await app.Shopify.FindItemsAsync("CAP\"\\", Token)).Select(item => item.Id));
    }

    [Fact]
    public async Task Reads_an_item_and_leaves_out_what_does_not_exist()
    {
        await using var app = await SandboxApp.StartAsync();

        var items = await app.Shopify.GetItemsAsync([Mug, 42], Token);

        var item = Assert.Single(items).Value;
        Assert.Equal((Mug, "MUG-BLUE", true, new ShopifyLevel(12, 0)), (item.Id, item.Sku, item.Tracked, item.Level));
    }

    [Fact]
    public async Task Reads_more_items_than_one_call_may_ask_for()
    {
        await using var app = await SandboxApp.StartAsync();
        for (var number = 0; number < 260; number++)
        {
            app.State.Add(new SandboxProduct($"S-{number}", "Sock") { InventoryItemId = 9000 + number, Available = number });
        }

        var items = await app.Shopify.GetItemsAsync([.. Enumerable.Range(9000, 270).Select(id => (long)id)], Token);

        Assert.Equal(260, items.Count);
        Assert.All(items, item => Assert.Equal((int?)(item.Key - 9000), item.Value.Level?.Available));
    }

    [Fact]
    public async Task Items_not_stocked_at_the_location_have_no_level()
    {
        await using var app = await SandboxApp.StartAsync();
        var elsewhere = ClientOver.Shopify(
            new HttpClient { BaseAddress = new Uri(app.Http.BaseAddress!, "/sandbox/shopify/") },
            new ShopifyOptions { AccessToken = "token-of-shopify" },
            location: 5);

        Assert.Empty((await elsewhere.GetItemsAsync([Mug], Token))[Mug].Levels);
    }

    [Fact]
    public async Task Sets_the_quantity_once_however_often_the_same_is_sent_for_the_same_cause()
    {
        await using var app = await SandboxApp.StartAsync();

        Assert.Equal(Set, await app.Shopify.SetOneAsync(Change, Reference, Token));
        Assert.Equal(Set, await app.Shopify.SetOneAsync(Change, Reference, Token));

        var done = Assert.Single((await app.GetStateAsync()).Mutations);
        Assert.Equal(new SandboxMutationResponse(IdempotencyKey.For(Reference, [Change]).ToString(), Reference, "271878346596884015", "24826418", 12, 5), done);
        Assert.Equal(new ShopifyLevel(5, 0), (await app.Shopify.GetItemsAsync([Mug], Token))[Mug].Level);
    }

    [Fact]
    public async Task Applies_a_write_once_when_its_response_is_lost()
    {
        await using var app = await SandboxApp.StartAsync();
        app.ShopifyFaults.Current = new SandboxFault(SandboxFaultKind.Lost, 1);

        Assert.Equal(Set, await app.SkipPausesAsync(app.Shopify.SetOneAsync(Change, Reference, Token)));

        Assert.Single(app.State.Mutations);
    }

    [Fact]
    public async Task A_stale_comparison_is_an_answer_and_changes_nothing()
    {
        await using var app = await SandboxApp.StartAsync();

        Assert.Equal(Stale, await app.Shopify.SetOneAsync(Change with { ChangeFrom = 11 }, Reference, Token));
        app.ShopifyFaults.Current = new SandboxFault(SandboxFaultKind.Stale, 1);
        Assert.Single(await app.Shopify.GetItemsAsync([Mug], Token));
        Assert.Equal(Stale, await app.Shopify.SetOneAsync(Change, Reference, Token));
        Assert.Equal(Set, await app.Shopify.SetOneAsync(Change with { Cause = "01J/1/2" }, Reference, Token));

        Assert.Single(app.State.Mutations);
    }

    [Fact]
    public async Task Refusals_name_Shopifys_own_code()
    {
        await using var app = await SandboxApp.StartAsync();

        var high = await app.Shopify.RefusalOfAsync(Change with { Quantity = 1_000_000_001 }, Reference, Token);
        var unknown = await app.Shopify.RefusalOfAsync(Change with { InventoryItemId = 1 }, Reference, Token);

        Assert.Equal(("shopify/invalid_quantity_too_high", false), (high.Code, high.Transient));
        Assert.Equal(("shopify/invalid_inventory_item", true), (unknown.Code, unknown.Transient));
    }

    [Fact]
    public async Task A_wrong_token_is_a_failure_that_waits_for_the_right_one_and_does_not_tell_the_token()
    {
        await using var app = await SandboxApp.StartAsync(("Shopify:AccessToken", "token-of-shopify"));
        var stranger = ClientOver.Shopify(
            app.ClientOf(nameof(ShopifyClient)),
            new ShopifyOptions { AccessToken = "stolen-token" });

        var failure = await app.FailureOfAsync(stranger.GetItemsAsync([Mug], Token));

        Assert.Equal(("shopify/http-401", true), (failure.Code, failure.Transient));
        Assert.Equal(
            "POST sandbox/shopify/admin/api/2026-10/graphql.json (InventoryItems) failed with HTTP 401 (the credentials are not accepted): "
            + "[API] Invalid API key or access token (unrecognized login or wrong password); retry after 3600 s.",
            failure.Message);
    }
}
