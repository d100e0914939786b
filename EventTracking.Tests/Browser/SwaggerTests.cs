using System.Text.Json;
using static Microsoft.Playwright.Assertions;

namespace EventTracking.Tests.Browser;

/// <summary>What a user does in Swagger UI, with clicks only.</summary>
public sealed class SwaggerTests(ChromiumFixture chromium) : IClassFixture<ChromiumFixture>
{
    private const string SecondVariant = "271878346596889000";

    /// <summary>JavaScript would round this id. It is not the product that fails.</summary>
    private const string LargeId = "271878346596884019";

    [Fact]
    public async Task An_operator_finds_a_failed_event_and_runs_it_again()
    {
        await using var page = await chromium.OpenAsync();
        await page.ShootAsync("opened");
        await page.AuthorizeAsync(await chromium.ReadOperatorKeyAsync());
        await page.ShootAsync("authorized");

        // Two variants share a SKU: the import of the product fails, and the event about the change ends with the reason.
        await SandboxAsync(page);
        await (await page.Operation("Sandbox", "addProduct").OpenAsync()).ExecuteAsync(200);
        var change = await page.Operation("Brightpearl", "setBrightpearlOnHand").OpenAsync();
        await page.ShootAsync("sandbox");
        var changed = Text(await change.ExecuteAsync(200), "eventId");
        await change.ShootAsync("stock-changed");

        await EventTrackingAsync(page);
        var list = await (await page.Operation("Events", "listEvents").OpenAsync()).ChooseAsync("status", "failed");
        var failed = (await list.ExecuteUntilAsync(found => found.GetProperty("events").GetArrayLength() == 1)).GetProperty("events")[0];
        await list.ShootAsync("failed-events");
        var id = Text(failed, "id");
        var get = await (await page.Operation("Events", "getEvent").OpenAsync()).SetAsync("id", id);
        Assert.Contains("MUG-BLUE", Text((await get.ExecuteAsync(200)).GetProperty("error"), "message"), StringComparison.Ordinal);
        await get.ShootAsync("failed-event");

        await SandboxAsync(page);
        var hide = await (await page.Operation("Shopify", "setShopifyVisibility").OpenAsync()).SetAsync("inventoryItemId", SecondVariant);
        await hide.ExecuteAsync(200);

        await EventTrackingAsync(page);
        var replay = await (await page.Operation("Replay", "replayEvent").OpenAsync()).SetAsync("id", id);
        await replay.WriteAsync("""{ "reason": "second variant removed in Shopify" }""");
        Assert.Equal(id, Text(await replay.ExecuteAsync(202), "id"));
        await replay.ShootAsync("replayed");

        get = await (await page.Operation("Events", "getEvent").OpenAsync()).SetAsync("id", id);
        var record = await get.ExecuteUntilAsync(record => Text(record, "status") == "succeeded");
        Assert.Equal("second variant removed in Shopify", Text(record.GetProperty("history")[0], "reason"));
        await get.ShootAsync("succeeded");
        await get.SetAsync("id", changed);
        Assert.Equal("ignored", Text(await get.ExecuteAsync(200), "status"));
        await get.ShootAsync("ignored");
        page.AssertNothingToComplainOf();
    }

    [Fact]
    public async Task The_curl_box_shows_each_request_without_the_key()
    {
        var key = await chromium.ReadOperatorKeyAsync();
        await using var page = await chromium.OpenAsync();
        await page.AuthorizeAsync(key);

        await (await page.Operation("Events", "listEvents").OpenAsync()).ExecuteAsync(200);

        await Expect(page.Curl).ToContainTextAsync("X-Api-Key: YOUR-KEY");
        await page.AssertShowsNowhereAsync(key);
        page.AssertNothingToComplainOf();
    }

    [Fact]
    public async Task A_payload_is_downloaded_byte_for_byte()
    {
        await using var page = await chromium.OpenAsync();
        await page.AuthorizeAsync(await chromium.ReadOperatorKeyAsync());
        await SandboxAsync(page);
        var change = await (await page.Operation("Shopify", "setShopifyAvailable").OpenAsync()).SetAsync("inventoryItemId", LargeId);
        var id = Text(await change.ExecuteAsync(200), "eventId");
        await EventTrackingAsync(page);
        var get = await (await page.Operation("Events", "downloadPayload").OpenAsync()).SetAsync("id", id);

        var (name, content) = await get.DownloadAsync();
        await get.ShootAsync("payload");

        Assert.Contains($"\"inventory_item_id\":{LargeId},", content, StringComparison.Ordinal);
        Assert.Equal($"{id}.json", name);
        page.AssertNothingToComplainOf();
    }

    [Fact]
    public async Task Every_operation_of_both_definitions_opens_with_its_examples()
    {
        await using var page = await chromium.OpenAsync();

        await page.OpenAllAsync();
        await SandboxAsync(page);
        await page.OpenAllAsync();

        await Expect(page.AuthorizeButton).ToHaveCountAsync(0);
        page.AssertNothingToComplainOf();
    }

    [Fact]
    public async Task The_key_is_still_there_after_a_reload()
    {
        await using var page = await chromium.OpenAsync();
        await Expect(page.AuthorizeButton).ToHaveClassAsync("btn authorize unlocked");

        await page.AuthorizeAsync(await chromium.ReadOperatorKeyAsync());
        await page.ReloadAsync();

        await Expect(page.AuthorizeButton).ToHaveClassAsync("btn authorize locked");
        page.AssertNothingToComplainOf();
    }

    private static Task SandboxAsync(SwaggerPage page) => page.SwitchToAsync("Sandbox", "sandbox");

    private static Task EventTrackingAsync(SwaggerPage page) => page.SwitchToAsync("EventTracking v1", "v1");

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
