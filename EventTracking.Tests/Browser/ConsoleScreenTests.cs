using System.Net.Http.Json;
using System.Text.Json;
using EventTracking.Tests.Api;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EventTracking.Tests.Browser;

/// <summary>Every screen in both themes, wide and narrow, while texts of strangers try to run as code.</summary>
public sealed class ConsoleScreenTests(ChromiumFixture chromium) : IClassFixture<ChromiumFixture>
{
    private const string Hostile = "<img src=x onerror=alert(1)><script>alert(2)</script>{{7*7}}";

    private static readonly string[] Screens = ["overview", "failures", "events", "waiting", "search?q=product:7001", "replays", "stock", "products", "sandbox"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Light, 360)]
    [InlineData(ColorScheme.Dark, 1280)]
    [InlineData(ColorScheme.Dark, 360)]
    public async Task Everybody_can_use_every_screen(ColorScheme theme, int width)
    {
        var failed = await PlantAsync();
        await using var console = await chromium.OpenConsoleAsync(theme, width, forAxe: true);
        await console.AssertAccessibleAsync("sign in");
        await console.SignInAsync(await chromium.ReadOperatorKeyAsync());

        foreach (var screen in Screens.Append($"events/{failed}"))
        {
            await console.GotoAsync(screen);
            await console.AssertAccessibleAsync($"{screen} {theme} {width}");
            await console.AssertNotWiderThanTheWindowAsync($"{screen} {width}");
            await console.ShootAsync($"{screen.Split('?')[0].Replace('/', '-')}-{theme}-{width}");
        }

        await console.Page.GetByRole(AriaRole.Button, new() { Name = "Keyboard" }).ClickAsync();
        await console.AssertAccessibleAsync("keys");
        await console.Page.Keyboard.PressAsync("Escape");
        await console.GotoAsync($"events/{failed}");
        await console.PressAsync("Replay");
        await console.AssertAccessibleAsync("dialog");
    }

    /// <summary>With the policy on. A text that ran would open a dialog, load a picture or be blocked, and each is a complaint.</summary>
    [Fact]
    public async Task What_strangers_wrote_is_shown_and_does_not_run()
    {
        var id = await PlantAsync();
        await using var console = await chromium.OpenConsoleAsync();
        await console.SignInAsync(await chromium.ReadOperatorKeyAsync());

        await console.GotoAsync($"events/{id}");
        await Expect(console.Main.Locator(".tree")).ToContainTextAsync("onerror=alert(1)");
        await console.GotoAsync("sandbox");
        await Expect(console.Main).ToContainTextAsync(Hostile);
        await console.GotoAsync("products");
        await Expect(console.Main).ToContainTextAsync(Hostile);
        await console.GotoAsync($"search?q={Uri.EscapeDataString(Hostile)}");
        await Expect(console.Main).ToContainTextAsync(Hostile);
        foreach (var screen in Screens)
        {
            await console.GotoAsync(screen);
        }

        await Expect(console.Main.Locator("img, script, iframe")).ToHaveCountAsync(0);
        console.AssertNothingToComplainOf();
    }

    /// <summary>The same on every screen, with each text that a stranger chooses: payload, SKU, error, code, step, topic, entity and reason.</summary>
    [Fact]
    public async Task Nothing_that_strangers_wrote_runs_on_any_screen()
    {
        await using var api = await ApiFixture.StartAsync();
        var data = await ConsoleData.PlantAsync(api, Hostile);
        await using var console = await chromium.OpenConsoleAsync(api);
        foreach (var screen in data.Screens)
        {
            await console.GotoAsync(screen);
            await Expect(console.Main).ToContainTextAsync(Hostile);
            await Expect(console.Main.Locator("img, script, iframe, object, style, a[href^='javascript']")).ToHaveCountAsync(0);
        }

        await console.GotoAsync($"events/{data.Failed}");
        await console.PressAsync("Edit and replay");
        await Expect(console.Dialog.GetByLabel("Payload")).ToHaveValueAsync(new System.Text.RegularExpressions.Regex("itemId.:271878346596884015"));
        await console.Page.Keyboard.PressAsync("Escape");
        console.AssertNothingToComplainOf();
    }

    [Fact]
    public async Task A_payload_with_many_values_gets_elements_for_what_is_opened_and_a_refresh_leaves_it_open()
    {
        await using var api = await ApiFixture.StartAsync();
        var id = await api.AcceptAsync(TrackedEvents.Delivery($$"""{"values":[{{string.Join(',', Enumerable.Repeat(7, 90_000))}}],"note":"the last one"}"""));
        await using var console = await chromium.OpenConsoleAsync(api);
        await console.GotoAsync($"events/{id}");
        var tree = console.Main.Locator(".tree");
        await Expect(tree).ToContainTextAsync("the last one");
        Assert.InRange(await console.Main.Locator("*").CountAsync(), 1, 500);

        await tree.GetByText("[90000]").ClickAsync();
        await Expect(tree).ToContainTextAsync("and 89,500 more values");

        // The second request comes after what the first one brought has been shown.
        for (var refresh = 0; refresh < 2; refresh++)
        {
            await console.Page.WaitForResponseAsync(response => response.Url.EndsWith($"/events/{id}", StringComparison.Ordinal));
        }

        await Expect(tree.Locator(".leaf")).ToHaveCountAsync(501);
        await Expect(tree).ToContainTextAsync("and 89,500 more values");
        console.AssertNothingToComplainOf();
    }

    /// <summary>A product whose SKU is markup, and an event about it that failed with a payload full of markup. Returns the event.</summary>
    private async Task<string> PlantAsync()
    {
        using var product = await SendAsync("POST", "/sandbox/control/products", new { sku = Hostile, productId = "7001", inventoryItemId = "271878346596889777", onHand = 5, available = 6 }, mayExist: true);
        using var change = await SendAsync("PUT", "/sandbox/control/brightpearl/products/7001", new { onHand = 7 });
        var first = (await change.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("eventId").GetString()!;
        await UntilAsync(first, "succeeded");
        using var replay = await SendAsync("POST", $"/events/{first}/replay", new { reason = Hostile, payload = new { body = JsonSerializer.Serialize(new { id = Hostile, note = Hostile }) } });
        var edited = (await replay.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("id").GetString()!;
        await UntilAsync(edited, "failed");
        return edited;
    }

    private async Task UntilAsync(string id, string status)
    {
        var started = TimeProvider.System.GetTimestamp();
        string? present;
        do
        {
            using var response = await SendAsync("GET", $"/events/{id}", null);
            present = (await response.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("status").GetString();
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromMinutes(2), $"The event is still {present}.");
        }
        while (present != status);
    }

    private async Task<HttpResponseMessage> SendAsync(string method, string path, object? body, bool mayExist = false)
    {
        using var request = new HttpRequestMessage(new(method), path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Add("X-Api-Key", await chromium.ReadOperatorKeyAsync());
        var response = await chromium.Http.SendAsync(request, Cancel);
        Assert.True(response.IsSuccessStatusCode || (mayExist && (int)response.StatusCode == 409), $"{path}: {response.StatusCode}");
        return response;
    }
}
