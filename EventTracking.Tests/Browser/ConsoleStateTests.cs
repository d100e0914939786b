using EventTracking.Tests.Api;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EventTracking.Tests.Browser;

/// <summary>Every screen in every state that it may be in, in both themes, wide and narrow.</summary>
public sealed class ConsoleStateTests(ChromiumFixture chromium) : IClassFixture<ChromiumFixture>
{
    private const int FailedAttempts = 21;

    private static readonly string[] Screens = ["overview", "failures", "moot", "events", "waiting", "search?q=product:1008", "replays", "stock", "products"];

    /// <summary>What a viewer may press: it changes nothing but what is shown.</summary>
    private static readonly string[] Harmless = ["Filter", "Clear", "Search", "Download", "More", "Older", "Newest"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Full()
    {
        await using var api = await ApiFixture.StartAsync();
        var data = await ConsoleData.PlantAsync(api, "Shopify does not know the item 271878346596884015");
        await using var console = await OpenAsync(api, api.OperatorKey);

        await CheckAsync(console, data.Screens, "full");

        console.AssertNothingToComplainOf();
    }

    [Fact]
    public async Task Empty()
    {
        await using var api = await ApiFixture.StartAsync();
        await using var console = await OpenAsync(api, api.OperatorKey);

        await CheckAsync(console, Screens, "empty");

        console.AssertNothingToComplainOf();
    }

    /// <summary>A viewer presses nothing that changes something, and its key is nowhere.</summary>
    [Fact]
    public async Task For_a_viewer()
    {
        await using var api = await ApiFixture.StartAsync();
        var data = await ConsoleData.PlantAsync(api, "Shopify does not know the item");
        await using var console = await OpenAsync(api, api.ViewerKey);

        foreach (var screen in data.Screens)
        {
            await console.GotoAsync(screen);
            Assert.Empty((await console.Main.GetByRole(AriaRole.Button).AllInnerTextsAsync()).Except(Harmless));
            await console.AssertShowsNowhereAsync(api.ViewerKey);
            await console.CheckInEveryLookAsync($"viewer-{screen}");
        }

        console.AssertNothingToComplainOf();
    }

    /// <summary>What a viewer asks for all the same is refused, and the screen says so.</summary>
    [Fact]
    public async Task When_the_role_does_not_suffice()
    {
        await using var api = await ApiFixture.StartAsync();
        var data = await ConsoleData.PlantAsync(api, "Shopify does not know the item");
        await using var console = await OpenAsync(api, api.OperatorKey);
        await console.GotoAsync($"events/{data.Failed}");
        await console.PressAsync("Replay");

        // The operator's key is replaced by a viewer's while the dialog is open.
        await console.Page.EvaluateAsync($"sessionStorage.setItem('event-tracking-key', '{api.ViewerKey}')");
        await console.Dialog.GetByLabel("Reason").FillAsync("Shopify is up again");
        await console.Dialog.GetByRole(AriaRole.Button, new() { Name = "Replay" }).ClickAsync();

        await Expect(console.Dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("does not allow this");
        await console.CheckInEveryLookAsync("forbidden");
        console.AssertNothingToComplainOfBut(403);
    }

    [Fact]
    public async Task When_there_is_no_such_thing_or_the_filter_is_wrong()
    {
        await using var api = await ApiFixture.StartAsync();
        await using var console = await OpenAsync(api, api.OperatorKey);

        await CheckAsync(console, ["events/01M83YEMEGQ2V7N4X9B6C1D0EF", "failures/2-never", "replays/1N2C8XKP3T0QG", "events?status=broken", "moot?cursor=1", "failures?state=broken", "search?q=x&day=never", "replays?cursor=x"], "wrong");
        await console.Page.GotoAsync("#/nowhere");
        await Expect(console.Heading("Not found")).ToBeVisibleAsync();
        await console.CheckInEveryLookAsync("nowhere");

        console.AssertNothingToComplainOfBut(400, 404);
    }

    /// <summary>A screen that was shown stays, with the problem above it, and comes back by itself.</summary>
    [Fact]
    public async Task When_the_store_does_not_respond()
    {
        await using var api = await ApiFixture.StartAsync();
        await ConsoleData.PlantAsync(api, "Shopify does not know the item");
        await using var console = await OpenAsync(api, api.OperatorKey);
        await console.GotoAsync("events");
        await api.LoseDatabaseAsync();

        await Expect(console.Main.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await Expect(console.Main.GetByRole(AriaRole.Region, new() { Name = "Events" })).ToBeVisibleAsync();
        await console.CheckInEveryLookAsync("unavailable-shown");
        await CheckAsync(console, Screens, "unavailable", async () => await Expect(console.Main.GetByRole(AriaRole.Alert)).ToBeVisibleAsync());

        console.AssertNothingToComplainOfBut(503);
    }

    [Fact]
    public async Task When_the_key_is_refused()
    {
        await using var api = await ApiFixture.StartAsync();
        await using var console = await OpenAsync(api, api.OperatorKey);
        await console.Page.EvaluateAsync("sessionStorage.setItem('event-tracking-key', 'replaced')");
        await console.Page.GotoAsync("#/events");

        await Expect(console.Heading("Sign in")).ToBeVisibleAsync();
        await Expect(console.Main.GetByRole(AriaRole.Alert)).ToContainTextAsync("The key is not accepted");
        await console.CheckInEveryLookAsync("refused");

        // Too many wrong keys get another answer, and the right one is still accepted.
        using var guesser = api.Client("wrong");
        for (var guess = 0; guess < FailedAttempts; guess++)
        {
            using var answer = await guesser.GetAsync("/events", Cancel);
        }

        await console.Page.GetByLabel("API key").FillAsync("wrong");
        await console.PressAsync("Sign in");
        await Expect(console.Main.GetByRole(AriaRole.Alert)).ToContainTextAsync("Too many failed attempts");
        await console.CheckInEveryLookAsync("too-many");
        await console.Page.GetByLabel("API key").FillAsync(api.OperatorKey);
        await console.PressAsync("Sign in");
        await Expect(console.Heading("Events")).ToBeVisibleAsync();
        console.AssertNothingToComplainOfBut(401, 429);
    }

    private static async Task CheckAsync(ConsolePage console, IEnumerable<string> screens, string state, Func<Task>? awaitAsync = null)
    {
        foreach (var screen in screens)
        {
            await console.GotoAsync(screen);
            if (awaitAsync is not null)
            {
                await awaitAsync();
            }

            await console.CheckInEveryLookAsync($"{state}-{screen}");
        }
    }

    /// <summary>Axe evaluates code, so the page's policy is off; the other tests keep it.</summary>
    private async Task<ConsolePage> OpenAsync(ApiFixture api, string key)
    {
        var console = await chromium.OpenConsoleAsync(forAxe: true, other: api.Anonymous.BaseAddress);
        await console.SignInAsync(key);
        return console;
    }
}
