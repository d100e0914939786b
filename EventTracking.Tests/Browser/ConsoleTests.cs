using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using EventTracking.Tests.Api;
using EventTracking.Tests.Hosting;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EventTracking.Tests.Browser;

/// <summary>What an operator does in the console.</summary>
public sealed class ConsoleTests(ChromiumFixture chromium) : IClassFixture<ChromiumFixture>
{
    private const string Reason = "Shopify is up again";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The bad morning, with clicks only: what broke, a plan with its verdicts, and all of it replayed.</summary>
    [Fact]
    public async Task An_operator_finds_what_broke_and_replays_all_of_it()
    {
        await using var console = await chromium.OpenConsoleAsync();
        var key = await chromium.ReadOperatorKeyAsync();
        await console.SignInAsync(key);
        await console.GoAsync("Sandbox");
        await console.Main.GetByLabel("Shopify", new() { Exact = true }).SelectOptionAsync("503");
        await console.PressAsync("Change all stock at Brightpearl");
        await console.ConfirmAsync("Change all");

        await console.GoAsync("Failures");
        var plan = console.Main.GetByRole(AriaRole.Button, new() { NameRegex = new("^Plan a replay of") });
        await Expect(plan.First).ToBeVisibleAsync();
        await console.ShootAsync("failures");
        await console.Main.Locator("tbody tr").First.GetByRole(AriaRole.Link).First.ClickAsync();
        await Expect(console.Main.GetByText("What they have in common")).ToBeVisibleAsync();
        await console.ShootAsync("group");
        await UntilNothingRetriesAsync(console);

        await console.GoAsync("Sandbox");
        await console.Main.GetByLabel("Shopify", new() { Exact = true }).SelectOptionAsync("none");
        await console.GoAsync("Failures");
        await plan.First.ClickAsync();
        await console.ConfirmAsync("Make the plan", ("Reason", Reason));
        await Expect(console.Status).ToContainTextAsync("planned");
        await console.ShootAsync("plan");
        await console.Main.GetByRole(AriaRole.Button, new() { NameRegex = new("^Start the replay of") }).ClickAsync();
        await console.ConfirmAsync("Start");
        await Expect(console.Status).ToContainTextAsync("ended");
        await Expect(console.Main.Locator(".facet .is-failed")).ToHaveCountAsync(0);
        await console.ShootAsync("replayed");

        await console.Main.GetByRole(AriaRole.Region, new() { Name = "Events of the plan" }).Locator("tr").Filter(new() { HasText = "succeeded" }).Locator("a.id").First.ClickAsync();
        await Expect(console.Status).ToContainTextAsync("succeeded");
        await Expect(console.Main.GetByText(Reason)).ToBeVisibleAsync();
        await console.ShootAsync("event");
        await console.AssertShowsNowhereAsync(key);
        console.AssertNothingToComplainOf();
    }

    /// <summary>The same by keyboard alone. It has a service of its own, because both break the same Shopify.</summary>
    [Fact]
    public async Task The_bad_morning_ends_by_keyboard_alone()
    {
        await using var service = await ServiceProcess.StartDevelopmentAsync();
        await using var console = await chromium.OpenConsoleAsync(other: service.Http.BaseAddress);
        var keyboard = console.Page.Keyboard;
        await Expect(console.Page.GetByLabel("API key")).ToBeFocusedAsync();
        await keyboard.TypeAsync((await File.ReadAllTextAsync(Path.Combine(service.DataPath, "operator.key"), Cancel)).Trim());
        await keyboard.PressAsync("Enter");
        await Expect(console.Heading("Overview")).ToBeVisibleAsync();

        await JumpAsync("b", "Sandbox");
        var shopify = console.Main.GetByLabel("Shopify", new() { Exact = true });
        await console.TabToAsync(shopify);
        await keyboard.PressAsync("ArrowDown");
        await Expect(shopify).ToHaveValueAsync("503");
        await console.TabToAsync(console.Main.GetByRole(AriaRole.Button, new() { Name = "Change all stock at Brightpearl" }));
        await keyboard.PressAsync("Enter");
        await console.TabToAsync(console.Dialog.GetByRole(AriaRole.Button, new() { Name = "Change all" }));
        await keyboard.PressAsync("Enter");
        await Expect(console.Dialog).ToBeHiddenAsync();

        // What broke?
        await JumpAsync("f", "Failures");
        await Expect(console.Main.Locator("tbody tr")).Not.ToHaveCountAsync(0);
        await keyboard.PressAsync("j");
        await keyboard.PressAsync("Enter");
        await Expect(console.Main.GetByText("What they have in common")).ToBeVisibleAsync();
        foreach (var status in (string[])["retrying", "queued", "processing"])
        {
            await JumpAsync("e", "Events");
            await console.TabToAsync(console.Main.GetByLabel("Status"));
            await keyboard.PressAsync(status[..1]);
            await Expect(console.Main.GetByText("No event fits these filters.")).ToBeVisibleAsync();
            await keyboard.PressAsync("Escape");
        }

        // Shopify is up again.
        await JumpAsync("b", "Sandbox");
        await console.TabToAsync(shopify);
        await keyboard.PressAsync("ArrowUp");
        await Expect(shopify).ToHaveValueAsync("none");
        await keyboard.PressAsync("Escape");

        // All of it is replayed.
        await JumpAsync("f", "Failures");
        await Expect(console.Main.Locator("tbody tr")).Not.ToHaveCountAsync(0);
        await keyboard.PressAsync("a");
        await Expect(console.Main.GetByRole(AriaRole.Button, new() { NameRegex = new("^Plan a replay of") }).First).ToBeFocusedAsync();
        await keyboard.PressAsync("Enter");
        await console.TabToAsync(console.Dialog.GetByLabel("Reason"));
        await keyboard.TypeAsync(Reason);
        await keyboard.PressAsync("Enter");
        await Expect(console.Status).ToContainTextAsync("planned");
        await keyboard.PressAsync("a");
        await keyboard.PressAsync("Enter");
        await console.TabToAsync(console.Dialog.GetByRole(AriaRole.Button, new() { Name = "Start" }));
        await keyboard.PressAsync("Enter");
        await Expect(console.Status).ToContainTextAsync("ended");
        await Expect(console.Main.Locator(".facet .is-failed")).ToHaveCountAsync(0);
        await JumpAsync("o", "Overview");
        await Expect(console.Main.Locator(".sentence")).ToContainTextAsync("Nothing has failed");
        console.AssertNothingToComplainOf();

        async Task JumpAsync(string key, string screen)
        {
            await keyboard.PressAsync("g");
            await keyboard.PressAsync(key);
            await Expect(console.Heading(screen)).ToBeVisibleAsync();
        }
    }

    [Fact]
    public async Task An_event_is_found_and_replayed_by_keyboard_alone()
    {
        var id = await ChangeAsync("/sandbox/control/brightpearl/products/3", """{ "onHand": 11 }""");
        await using var console = await chromium.OpenConsoleAsync();
        var keyboard = console.Page.Keyboard;
        await Expect(console.Page.GetByLabel("API key")).ToBeFocusedAsync();
        await keyboard.TypeAsync(await chromium.ReadOperatorKeyAsync());
        await keyboard.PressAsync("Enter");
        await Expect(console.Heading("Overview")).ToBeVisibleAsync();

        await keyboard.PressAsync("/");
        await keyboard.TypeAsync(id);
        await keyboard.PressAsync("Enter");
        await Expect(console.Main.GetByRole(AriaRole.Link, new() { Name = id })).ToBeVisibleAsync();
        await keyboard.PressAsync("j");
        await keyboard.PressAsync("Enter");
        await Expect(console.Status).ToContainTextAsync("succeeded");
        await keyboard.PressAsync("a");
        await keyboard.PressAsync("Enter");
        await Expect(console.Dialog.GetByLabel("Reason")).ToBeFocusedAsync();
        await keyboard.TypeAsync("once more, with feeling");
        await keyboard.PressAsync("Enter");
        await Expect(console.Main.GetByText("once more, with feeling")).ToBeVisibleAsync();
        await Expect(console.Status).ToContainTextAsync("succeeded");
        console.AssertNothingToComplainOf();
    }

    /// <summary>The README's tour, except for the outage, which is the bad morning.</summary>
    [Fact]
    public async Task The_tour_is_done_by_clicks()
    {
        await using var console = await chromium.OpenConsoleAsync();
        await console.SignInAsync(await chromium.ReadOperatorKeyAsync());
        await console.GoAsync("Stock");
        await console.PressAsync("Import the whole catalog");
        await console.ConfirmAsync("Import");
        await Expect(console.Main.Locator(".card .badge.is-succeeded")).ToBeVisibleAsync();

        await SeeAsync(console, "Change SAMPLE-CARD at Brightpearl", "ignored", "Change", ("On hand", "90"));
        await console.GoAsync("Sandbox");
        await console.PressAsync("Add a product");
        await console.ConfirmAsync("Add", ("SKU", "BOWL-WOOD"), ("Brightpearl product id", "2000"), ("Shopify inventory item id", "271878346596889001"), ("Available", "6"));
        await SeeAsync(console, "Change BOWL-WOOD at Shopify", "succeeded", "Change", ("Available", "5"));
        await SeeAsync(console, "One webhook, six products", "succeeded", "Send");
        await Expect(console.Main.Locator(".graph ul li")).ToHaveCountAsync(6);
        await SeeAsync(console, "Change MUG-BLUE at Shopify", "succeeded", "Change", ("Available", "77"));

        await console.GoAsync("Stock");
        await Expect(console.Main.GetByRole(AriaRole.Region, new() { Name = "Discrepancies" })).ToContainTextAsync("MUG-BLUE");
        await console.ShootAsync("stock");
        await console.PressAsync("Plan a reconciliation");
        await console.Main.GetByRole(AriaRole.Button, new() { NameRegex = new("^Reconcile \\d+$") }).ClickAsync();
        await console.ConfirmAsync("Reconcile");
        await Expect(console.Main.GetByText("No linked product differs.")).ToBeVisibleAsync();
        console.AssertNothingToComplainOf();
    }

    [Fact]
    public async Task Focus_and_open_parts_stay_while_the_screen_is_refreshed()
    {
        var id = await ChangeAsync("/sandbox/control/shopify/items/271878346596884015", """{ "available": 4 }""");
        await using var console = await chromium.OpenConsoleAsync();
        await console.SignInAsync(await chromium.ReadOperatorKeyAsync());
        await console.GotoAsync($"events/{id}");
        var raw = console.Main.GetByText("Raw", new() { Exact = true });
        await raw.ClickAsync();

        await console.Page.RunAndWaitForResponseAsync(() => Task.CompletedTask, response => response.Url.EndsWith($"/events/{id}", StringComparison.Ordinal));
        await console.Page.RunAndWaitForResponseAsync(() => Task.CompletedTask, response => response.Url.EndsWith($"/events/{id}", StringComparison.Ordinal));

        await Expect(raw).ToBeFocusedAsync();

        // A part that was not there comes before it.
        using var replayed = await SendAsync("POST", $"/events/{id}/replay", """{ "force": true }""");
        await Expect(console.Main.GetByRole(AriaRole.Heading, new() { Name = "Replays, releases and dismissals" })).ToBeVisibleAsync();
        await Expect(raw).ToBeFocusedAsync();
        await Expect(console.Main.Locator("pre.raw")).ToContainTextAsync("271878346596884015");
    }

    [Fact]
    public async Task A_viewer_sees_no_buttons_that_change_something()
    {
        await using var api = await ApiFixture.StartAsync();
        await using var console = await chromium.OpenConsoleAsync(other: api.Anonymous.BaseAddress);
        await console.SignInAsync(api.ViewerKey);

        foreach (var screen in new[] { "Failures", "Waiting", "Search", "Replays", "Stock" })
        {
            await console.GoAsync(screen);
            await Expect(console.Main.Locator(".buttons button")).ToHaveCountAsync(0);
        }

        await Expect(console.Page.GetByRole(AriaRole.Link, new() { Name = "Sandbox" })).ToHaveCountAsync(0);
        console.AssertNothingToComplainOf();
    }

    [Fact]
    public async Task The_key_ends_with_the_session()
    {
        await using var console = await chromium.OpenConsoleAsync();
        var key = await chromium.ReadOperatorKeyAsync();
        await console.SignInAsync(key);
        await console.AssertShowsNowhereAsync(key);
        await console.Page.ReloadAsync();
        await Expect(console.Heading("Overview")).ToBeVisibleAsync();

        await console.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();

        await Expect(console.Heading("Sign in")).ToBeVisibleAsync();
        Assert.Equal(0, await console.Page.EvaluateAsync<int>("sessionStorage.length"));
        console.AssertNothingToComplainOf();
    }

    /// <summary>Presses a button of the sandbox, confirms, and sees the event that it became end.</summary>
    private static async Task SeeAsync(ConsolePage console, string button, string status, string confirmation, params (string Label, string Value)[] fields)
    {
        await console.GoAsync("Sandbox");
        await console.PressAsync(button);
        await console.ConfirmAsync(confirmation, fields);
        var said = console.Page.Locator("#said");
        await Expect(said).ToContainTextAsync("It became event");
        await console.GotoAsync($"events/{(await said.InnerTextAsync()).TrimEnd('.').Split(' ')[^1]}");
        await Expect(console.Status).ToContainTextAsync(status);
    }

    /// <summary>A replay is judged while events still run, so the failures are complete only when none is retried any more.</summary>
    private static async Task UntilNothingRetriesAsync(ConsolePage console)
    {
        await console.GotoAsync("events?status=retrying");
        await Expect(console.Main.GetByText("No event fits these filters.")).ToBeVisibleAsync();
        await console.GotoAsync("events?status=queued");
        await Expect(console.Main.GetByText("No event fits these filters.")).ToBeVisibleAsync();
    }

    private async Task<string> ChangeAsync(string path, string body)
    {
        using var response = await SendAsync("PUT", path, body);
        return (await response.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("eventId").GetString()!;
    }

    private async Task<HttpResponseMessage> SendAsync(string method, string path, string body)
    {
        using var request = new HttpRequestMessage(new(method), path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("X-Api-Key", await chromium.ReadOperatorKeyAsync());
        var response = await chromium.Http.SendAsync(request, Cancel);
        response.EnsureSuccessStatusCode();
        return response;
    }
}
