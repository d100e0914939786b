using System.Text.Json;
using static Microsoft.Playwright.Assertions;

namespace EventTracking.Tests.Browser;

/// <summary>What a user does in Swagger UI, by clicks alone.</summary>
public sealed class SwaggerTests(ChromiumFixture chromium) : IClassFixture<ChromiumFixture>
{
    private const string SecondVariant = "271878346596889000";

    [Fact]
    public async Task An_operator_finds_a_failed_event_and_runs_it_again()
    {
        await using var page = await chromium.OpenAsync();
        await page.ShootAsync("opened");
        await page.AuthorizeAsync(await chromium.ReadOperatorKeyAsync());
        await page.ShootAsync("authorized");

        // Two variants with one SKU: the import of the product fails, and the event of the change waits for it.
        await SandboxAsync(page);
        await (await page.Operation("Sandbox", "AddProduct").OpenAsync()).ExecuteAsync(200);
        var change = await page.Operation("Brightpearl", "SetOnHand").OpenAsync();
        await page.ShootAsync("sandbox");
        var changed = Text(await change.ExecuteAsync(200), "eventId");
        await change.ShootAsync("stock-changed");

        await EventTrackingAsync(page);
        var list = await (await page.Operation("Events", "List").OpenAsync()).SetAsync("status", "failed");
        var failed = (await list.ExecuteUntilAsync(found => found.GetProperty("events").GetArrayLength() == 1)).GetProperty("events")[0];
        await list.ShootAsync("failed-events");
        var id = Text(failed, "id");
        var get = await (await page.Operation("Events", "Get").OpenAsync()).SetAsync("id", id);
        Assert.Contains("MUG-BLUE", Text((await get.ExecuteAsync(200)).GetProperty("error"), "message"), StringComparison.Ordinal);
        await get.ShootAsync("failed-event");

        await SandboxAsync(page);
        var hide = await (await page.Operation("Shopify", "Show").OpenAsync()).SetAsync("inventoryItemId", SecondVariant);
        await hide.ExecuteAsync(200);

        await EventTrackingAsync(page);
        var replay = await (await page.Operation("Replay", "Replay").OpenAsync()).SetAsync("id", id);
        await replay.WriteAsync("""{ "reason": "second variant removed in Shopify" }""");
        Assert.Equal(id, Text(await replay.ExecuteAsync(202), "id"));
        await replay.ShootAsync("replayed");

        get = await (await page.Operation("Events", "Get").OpenAsync()).SetAsync("id", id);
        var record = await get.ExecuteUntilAsync(record => Text(record, "status") == "succeeded");
        Assert.Equal("second variant removed in Shopify", Text(record.GetProperty("interventions")[0], "reason"));
        await get.ShootAsync("succeeded");
        await get.SetAsync("id", changed);
        await get.ExecuteUntilAsync(record => Text(record, "status") == "succeeded");
        await get.ShootAsync("released");
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

    private static Task SandboxAsync(SwaggerPage page) => page.SwitchToAsync("Sandbox", "EventTracking sandbox");

    private static Task EventTrackingAsync(SwaggerPage page) => page.SwitchToAsync("EventTracking v1", "EventTracking");

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
