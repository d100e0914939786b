using EventTracking.Tests.Api;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EventTracking.Tests.Browser;

/// <summary>Where somebody is: on the way back, on the way to a slow screen, and while a part of the service does not respond.</summary>
public sealed class ConsolePlaceTests(ChromiumFixture chromium) : IClassFixture<ChromiumFixture>
{
    [Fact]
    public async Task Who_comes_back_to_a_list_is_at_the_row_that_they_left()
    {
        await using var api = await ApiFixture.StartAsync();
        await FullLedger.FillAsync(api, events: 60, failsEach: 2);
        await using var console = await chromium.OpenConsoleAsync(api);
        await console.GotoAsync("events");
        var link = console.Main.Locator("tbody tr").Nth(40).Locator("a").First;
        var id = await link.InnerTextAsync();
        await link.FocusAsync();
        await console.Page.Keyboard.PressAsync("Enter");
        await Expect(console.Heading("Event")).ToBeVisibleAsync();
        Assert.Equal(0, await console.Page.EvaluateAsync<int>("scrollY"));

        await console.Page.GoBackAsync();

        await Expect(console.Heading("Events")).ToBeVisibleAsync();
        await Expect(console.Main.GetByRole(AriaRole.Link, new() { Name = id, Exact = true })).ToBeFocusedAsync();
        await Expect(console.Main.GetByRole(AriaRole.Link, new() { Name = id, Exact = true })).ToBeInViewportAsync();
        await console.Page.Keyboard.PressAsync("j");
        await Expect(console.Main.Locator("tbody tr").Nth(41).Locator("a").First).ToBeFocusedAsync();

        // The payloads of these events were never stored.
        console.AssertNothingToComplainOfBut(410);
    }

    [Fact]
    public async Task A_screen_that_is_slow_to_come_replaces_the_one_before()
    {
        await using var api = await ApiFixture.StartAsync();
        var data = await ConsoleData.PlantAsync(api, "Shopify does not know the item");
        await using var console = await chromium.OpenConsoleAsync(api);
        await console.GotoAsync($"events/{data.Failed}");
        var released = new TaskCompletionSource();
        await console.Page.RouteAsync("**/discrepancies*", async route =>
        {
            await released.Task;
            await route.ContinueAsync();
        });

        await console.Page.GotoAsync("#/stock");

        await Expect(console.Main.GetByText("Loading…")).ToBeVisibleAsync();
        await Expect(console.Main.GetByRole(AriaRole.Button, new() { Name = "Replay", Exact = true })).ToHaveCountAsync(0);
        released.SetResult();
        await Expect(console.Main.GetByText("Loading…")).ToHaveCountAsync(0);
        await Expect(console.Main.GetByRole(AriaRole.Button, new() { Name = "Plan a reconciliation" })).ToBeVisibleAsync();
        console.AssertNothingToComplainOf();
    }

    [Fact]
    public async Task Filters_say_what_is_applied()
    {
        await using var api = await ApiFixture.StartAsync();
        await ConsoleData.PlantAsync(api, "Shopify does not know the item");
        await using var console = await chromium.OpenConsoleAsync(api);
        await console.GotoAsync("events");
        await console.Main.GetByLabel("Status").SelectOptionAsync("failed");
        await Expect(console.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("status=failed"));
        await Expect(console.Main.Locator("tbody tr")).ToHaveCountAsync(3);
        await console.Main.GetByLabel("Function").FillAsync("not applied");

        await console.PressAsync("Clear");

        await Expect(console.Main.GetByLabel("Status")).ToHaveValueAsync("");
        await Expect(console.Main.GetByLabel("Function")).ToHaveValueAsync("");
        await console.Page.GoBackAsync();
        await Expect(console.Main.GetByLabel("Status")).ToHaveValueAsync("failed");
        await console.GotoAsync("failures?state=muted");
        await Expect(console.Main).ToContainTextAsync("No group of failures fits this filter.");
        console.AssertNothingToComplainOf();
    }

    [Fact]
    public async Task A_search_that_failed_can_be_repeated()
    {
        await using var api = await ApiFixture.StartAsync();
        await ConsoleData.PlantAsync(api, "Shopify does not know the item");
        await using var console = await chromium.OpenConsoleAsync(api);
        await console.Page.RouteAsync("**/search?*", route => route.FulfillAsync(new() { Status = 503, ContentType = "application/problem+json", Body = "{}" }), new() { Times = 1 });
        await console.GotoAsync("search?q=product:1008");
        await Expect(console.Main.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();

        await console.Main.GetByRole(AriaRole.Button, new() { Name = "Search", Exact = true }).ClickAsync();

        await Expect(console.Main).ToContainTextAsync("found for product:1008");
        console.AssertNothingToComplainOfBut(503);
    }

    [Fact]
    public async Task The_console_starts_by_itself_once_the_service_responds()
    {
        await using var api = await ApiFixture.StartAsync();
        await using var console = await chromium.OpenConsoleAsync(api);
        await console.Page.RouteAsync("**/me", route => route.FulfillAsync(new() { Status = 503, ContentType = "application/problem+json", Body = "{}" }), new() { Times = 1 });

        await console.Page.ReloadAsync();

        await Expect(console.Heading("The console does not start yet")).ToBeVisibleAsync();
        await Expect(console.Heading("Overview")).ToBeVisibleAsync();
        console.AssertNothingToComplainOfBut(503);
    }

    [Fact]
    public async Task What_a_screen_does_not_need_may_fail()
    {
        await using var api = await ApiFixture.StartAsync();
        var data = await ConsoleData.PlantAsync(api, "Shopify does not know the item");
        await using var console = await chromium.OpenConsoleAsync(api);
        foreach (var path in (string[])["**/payload", "**/events?*", "**/activity?*"])
        {
            await console.Page.RouteAsync(path, route => route.FulfillAsync(new() { Status = 503, ContentType = "application/problem+json", Body = """{ "title": "Unavailable", "detail": "The store does not respond." }""" }));
        }

        await console.GotoAsync($"events/{data.Failed}");
        await Expect(console.Main.GetByRole(AriaRole.Button, new() { Name = "Replay", Exact = true })).ToBeVisibleAsync();
        await Expect(console.Main).ToContainTextAsync("The store does not respond.");
        await console.GotoAsync("overview");
        await Expect(console.Main.GetByRole(AriaRole.Alert)).ToContainTextAsync("A part of this screen is missing.");
        await Expect(console.Main.Locator(".sentence")).ToContainTextAsync("3 failed");
        console.AssertNothingToComplainOfBut(503);
    }
}
