using EventTracking.Core.Events;
using EventTracking.Tests.Api;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EventTracking.Tests.Browser;

/// <summary>Dialogs, while what they are about changes, is left, or is changed by somebody else.</summary>
public sealed class ConsoleDialogTests(ChromiumFixture chromium) : IClassFixture<ChromiumFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_dialog_ends_with_the_page_that_it_stands_on_and_says_what_it_is_about()
    {
        await using var api = await ApiFixture.StartAsync();
        var data = await ConsoleData.PlantAsync(api, "Shopify does not know the item");
        await using var console = await chromium.OpenConsoleAsync(api);
        await console.GotoAsync("stock");
        await console.GotoAsync($"events/{data.Failed}");
        await console.PressAsync("Replay");
        await Expect(console.Dialog).ToContainTextAsync($"Event {data.Failed} about product:1008.");

        await console.Page.GoBackAsync();

        await Expect(console.Heading("Stock")).ToBeVisibleAsync();
        await Expect(console.Dialog).ToBeHiddenAsync();
        console.AssertNothingToComplainOf();
    }

    [Fact]
    public async Task An_answer_that_comes_after_its_dialog_was_left_closes_no_other_and_is_told()
    {
        await using var api = await ApiFixture.StartAsync();
        var data = await ConsoleData.PlantAsync(api, "Shopify does not know the item");
        await using var console = await chromium.OpenConsoleAsync(api);
        await console.GotoAsync($"events/{data.Failed}");
        var released = new TaskCompletionSource();
        await console.Page.RouteAsync("**/dismiss", async route =>
        {
            await released.Task;
            await route.ContinueAsync();
        });
        await console.PressAsync("Dismiss");
        await console.Dialog.GetByLabel("Reason").FillAsync("a test order");
        await console.Dialog.GetByRole(AriaRole.Button, new() { Name = "Dismiss" }).ClickAsync();
        await console.Page.Keyboard.PressAsync("Escape");
        await console.PressAsync("Replay");
        await console.Dialog.GetByLabel("Reason").FillAsync("Shopify is up again");

        // Somebody else was faster, so the service refuses.
        using var other = await api.Operator.PostAsync($"/events/{data.Failed}/dismiss", Body.Json("""{ "reason": "a duplicate" }"""), Cancel);
        other.EnsureSuccessStatusCode();
        released.SetResult();

        await Expect(console.Page.Locator("#said")).ToContainTextAsync("Dismiss: ");
        await Expect(console.Dialog.GetByLabel("Reason")).ToHaveValueAsync("Shopify is up again");
        console.AssertNothingToComplainOfBut(409);
    }

    [Fact]
    public async Task A_refusal_shows_what_has_happened_meanwhile()
    {
        await using var api = await ApiFixture.StartAsync();
        var data = await ConsoleData.PlantAsync(api, "Shopify does not know the item");
        await using var console = await chromium.OpenConsoleAsync(api);
        await console.GotoAsync($"events/{data.Failed}");
        await console.PressAsync("Replay");
        using var other = await api.Operator.PostAsync($"/events/{data.Failed}/dismiss", Body.Json("""{ "reason": "a duplicate" }"""), Cancel);
        other.EnsureSuccessStatusCode();

        await console.Dialog.GetByLabel("Reason").FillAsync("Shopify is up again");
        await console.Dialog.GetByRole(AriaRole.Button, new() { Name = "Replay" }).ClickAsync();

        await Expect(console.Dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("It has ended meanwhile");
        await Expect(console.Status).ToContainTextAsync("dismissed");
        await console.Dialog.GetByRole(AriaRole.Button, new() { Name = "Back" }).ClickAsync();
        await console.PressAsync("Replay");
        await console.ConfirmAsync("Replay", ("Reason", "all the same"));
        await Expect(console.Status).ToContainTextAsync("queued");
        console.AssertNothingToComplainOfBut(409);
    }

    [Fact]
    public async Task Triage_leaves_what_a_colleague_has_changed_meanwhile()
    {
        await using var api = await ApiFixture.StartAsync();
        var data = await ConsoleData.PlantAsync(api, "Shopify does not know the item");
        await using var console = await chromium.OpenConsoleAsync(api);
        await console.GotoAsync($"failures/{data.Fingerprint}");
        await console.PressAsync("Triage");
        using var change = await api.Operator.PatchAsync($"/failures/{data.Fingerprint}", Body.Json("""{ "owner": "bob", "note": "ticket 99" }"""), Cancel);
        change.EnsureSuccessStatusCode();

        await console.Dialog.GetByLabel("State").SelectOptionAsync("open");
        await console.ConfirmAsync("Save");

        await Expect(console.Status).ToContainTextAsync("open");
        await Expect(console.Main.Locator(".facts")).ToContainTextAsync("bob");
        await Expect(console.Main.Locator(".facts")).ToContainTextAsync("ticket 99");
        console.AssertNothingToComplainOf();
    }

    [Fact]
    public async Task Reading_both_systems_again_reads_them()
    {
        await using var api = await ApiFixture.StartAsync();
        await ConsoleData.PlantAsync(api, "Shopify does not know the item");
        await using var console = await chromium.OpenConsoleAsync(api);
        await console.GotoAsync("stock");
        await console.PressAsync("Read both systems again");
        await console.ConfirmAsync("Read and reconcile");

        await console.Main.GetByRole(AriaRole.Link, new() { Name = "this event" }).ClickAsync();

        await Expect(console.Heading("Event")).ToBeVisibleAsync();
        await Expect(console.Main.Locator(".facts").First).ToContainTextAsync("catalog-refresh");
        console.AssertNothingToComplainOf();
    }
}
