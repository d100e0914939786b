using EventTracking.Core.Events;
using EventTracking.Core.Replay;
using EventTracking.Tests.Api;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EventTracking.Tests.Browser;

/// <summary>What an operator does with many events at once, and with a new installation. The workers do not run, so each state stays to be seen.</summary>
public sealed class ConsoleActionTests(ChromiumFixture chromium) : IClassFixture<ChromiumFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Failures_are_dismissed_in_bulk()
    {
        await using var api = await ApiFixture.StartAsync();
        var data = await ConsoleData.PlantAsync(api, "Shopify does not know the item");
        await using var console = await chromium.OpenConsoleAsync(api);
        await console.GotoAsync($"failures/{data.Fingerprint}");
        await console.PressAsync("Plan a dismissal of 2");
        await console.Dialog.GetByRole(AriaRole.Button, new() { Name = "Make the plan" }).ClickAsync();
        await Expect(console.Dialog.GetByLabel("Reason")).ToBeFocusedAsync();
        await console.ConfirmAsync("Make the plan", ("Reason", "test orders"));

        await Expect(console.Heading("Bulk dismissal")).ToBeVisibleAsync();
        await console.PressAsync("Start the dismissal of 2");
        await console.ConfirmAsync("Start");
        await Expect(console.Status).ToContainTextAsync("running");
        await api.Services.GetRequiredService<ReplayPump>().AdvanceAsync(Cancel);
        await console.GotoAsync($"events/{data.Failed}");

        await Expect(console.Status).ToContainTextAsync("dismissed");
        await Expect(console.Main.GetByRole(AriaRole.Region, new() { Name = "Replays, releases and dismissals" })).ToContainTextAsync("test orders");
        console.AssertNothingToComplainOf();
    }

    [Fact]
    public async Task A_running_replay_gets_another_rate()
    {
        await using var api = await ApiFixture.StartAsync();
        var data = await ConsoleData.PlantAsync(api, "Shopify does not know the item");
        await using var console = await chromium.OpenConsoleAsync(api);
        await console.GotoAsync($"replays/{data.Running}");
        await Expect(console.Main.Locator(".facts")).ToContainTextAsync("1 per second");

        await console.PressAsync("Change the rate");
        await console.ConfirmAsync("Change", ("Events per second", "25"));
        await Expect(console.Main.Locator(".facts")).ToContainTextAsync("25 per second");
        await console.PressAsync("Change the rate");
        await console.ConfirmAsync("Change", ("Events per second", ""));

        await Expect(console.Main.Locator(".facts")).ToContainTextAsync("automatic");
        console.AssertNothingToComplainOf();
    }

    [Fact]
    public async Task More_than_a_thousand_events_need_their_number_typed()
    {
        await using var api = await ApiFixture.StartAsync();
        await FullLedger.FillAsync(api, events: 1001, failsEach: 1);
        await using var console = await chromium.OpenConsoleAsync(api);
        await Expect(console.Main.Locator(".sentence")).ToContainTextAsync("1 cause, 1,001 failed");
        await console.GotoAsync("failures");
        await console.PressAsync("Plan a dismissal of 1,001");
        await console.ConfirmAsync("Make the plan", ("Reason", "test orders"));
        await console.PressAsync("Start the dismissal of 1,001");

        await console.Dialog.GetByLabel("Type 1001").FillAsync("101");
        await console.Dialog.GetByRole(AriaRole.Button, new() { Name = "Start" }).ClickAsync();
        await Expect(console.Dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("1001 events are meant");
        await Expect(console.Status).ToContainTextAsync("planned");
        await console.ConfirmAsync("Start", ("Type 1001", "1001"));

        await Expect(console.Status).ToContainTextAsync("running");
        console.AssertNothingToComplainOf();
    }

    /// <summary>Each number of the first sentence opens a list of exactly so many.</summary>
    [Fact]
    public async Task Numbers_lead_to_the_lists_that_they_count()
    {
        await using var api = await ApiFixture.StartAsync();
        await ConsoleData.PlantAsync(api, "Shopify does not know the item");
        await using var console = await chromium.OpenConsoleAsync(api);
        var sentence = console.Main.Locator(".sentence");
        await Expect(sentence).ToContainTextAsync("1 cause, 3 failed, 1 of them moot since; 1 retrying; 1 waiting; nothing from Shopify yet");

        foreach (var (name, screen, rows) in new[] { ("3 failed", "Events", 3), ("1 of them moot since", "Moot failures", 1), ("1 retrying", "Events", 1), ("1 waiting", "Events", 1) })
        {
            await sentence.GetByRole(AriaRole.Link, new() { Name = name }).ClickAsync();
            await Expect(console.Heading(screen)).ToBeVisibleAsync();
            await Expect(console.Main.Locator("tbody tr")).ToHaveCountAsync(rows);
            await console.GoAsync("Overview");
        }

        await console.Main.GetByRole(AriaRole.Link, new() { Name = "1 event", Exact = true }).ClickAsync();
        await Expect(console.Main.Locator("tbody tr")).ToHaveCountAsync(1);
        await Expect(console.Main.GetByLabel("Waits for (kind:id)")).ToHaveValueAsync("product:Shopify does not know the item");
        console.AssertNothingToComplainOf();
    }

    /// <summary>What only a muted group has is not left out in silence.</summary>
    [Fact]
    public async Task A_group_that_is_not_muted_gets_no_hours()
    {
        await using var api = await ApiFixture.StartAsync();
        var data = await ConsoleData.PlantAsync(api, "Shopify does not know the item");
        await using var console = await chromium.OpenConsoleAsync(api);
        await console.GotoAsync($"failures/{data.Fingerprint}");
        await Expect(console.Main.Locator(".facts")).ToContainTextAsync("May pass by itselfno");
        await console.PressAsync("Triage");
        await console.Dialog.GetByLabel("If muted: for how many hours").FillAsync("5");
        await console.Dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();

        await Expect(console.Dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("You gave 5 hours, but the state is 'Investigating'");
        await console.Dialog.GetByLabel("State").SelectOptionAsync("muted");
        await console.ConfirmAsync("Save");
        await Expect(console.Status).ToContainTextAsync("muted");
        console.AssertNothingToComplainOf();
    }

    [Fact]
    public async Task A_filter_that_is_refused_can_be_put_right()
    {
        await using var api = await ApiFixture.StartAsync();
        await ConsoleData.PlantAsync(api, "Shopify does not know the item");
        await using var console = await chromium.OpenConsoleAsync(api);
        await console.GotoAsync("events?from=yesterday&function=stock-sync");

        await Expect(console.Main.GetByRole(AriaRole.Alert)).ToContainTextAsync("from");
        await Expect(console.Main.GetByLabel("From (ISO 8601)")).ToHaveValueAsync("yesterday");
        await console.Main.GetByLabel("From (ISO 8601)").FillAsync("");
        await console.PressAsync("Filter");
        await Expect(console.Main.GetByRole(AriaRole.Region, new() { Name = "Events" })).ToBeVisibleAsync();
        await Expect(console.Main.GetByLabel("Function")).ToHaveValueAsync("stock-sync");
        console.AssertNothingToComplainOfBut(400);
    }

    [Fact]
    public async Task A_list_of_events_shows_their_errors_on_a_usual_screen()
    {
        await using var api = await ApiFixture.StartAsync();
        await ConsoleData.PlantAsync(api, "Shopify does not know the item");
        await using var console = await chromium.OpenConsoleAsync(api);
        await console.Page.SetViewportSizeAsync(1280, 720);
        await console.GotoAsync("events?status=failed");
        var table = console.Main.GetByRole(AriaRole.Region, new() { Name = "Events" });

        await Expect(table.GetByRole(AriaRole.Columnheader, new() { Name = "Error or reason" })).ToBeVisibleAsync();
        await console.ShootAsync("events-1280");
        Assert.Equal(0, await table.EvaluateAsync<int>("region => region.scrollWidth - region.clientWidth"));
    }

    [Fact]
    public async Task A_replay_shows_the_stage_that_stopped_it_and_its_id_is_found()
    {
        await using var api = await ApiFixture.StartAsync();
        var data = await ConsoleData.PlantAsync(api, "Shopify does not know the item");
        await api.RunAsync(await FindFirstAsync(api, data.Running), EventStatus.Failed, TrackedEvents.Failure("2-replayed"));
        await api.Services.GetRequiredService<ReplayPump>().AdvanceAsync(Cancel);
        await using var console = await chromium.OpenConsoleAsync(api);
        await console.GotoAsync($"search?q={data.Running}");
        await console.Main.GetByRole(AriaRole.Link, new() { Name = data.Running }).ClickAsync();

        await Expect(console.Main.Locator(".stages [aria-current]")).ToHaveTextAsync("✕ 1 event: stopped here");
        await console.PressAsync("Resume");
        await console.Dialog.GetByLabel("Go on with all at once").CheckAsync();
        await console.ConfirmAsync("Resume");
        await Expect(console.Status).ToContainTextAsync("running");
        await Expect(console.Main.Locator(".stages")).ToHaveCountAsync(0);
        console.AssertNothingToComplainOf();
    }

    [Fact]
    public async Task What_is_moot_is_dismissed_and_nothing_else()
    {
        await using var api = await ApiFixture.StartAsync();
        await ConsoleData.PlantAsync(api, "Shopify does not know the item");
        await using var console = await chromium.OpenConsoleAsync(api);
        await Expect(console.Main.GetByText("More may differ than is known here")).ToBeVisibleAsync();
        await console.GotoAsync("failures");
        await console.Main.GetByRole(AriaRole.Link, new() { Name = "1 of them moot since" }).ClickAsync();
        await console.PressAsync("Plan a dismissal of 1");
        await console.ConfirmAsync("Make the plan", ("Reason", "a later event has succeeded"));

        await Expect(console.Main.GetByText("1 to be dismissed")).ToBeVisibleAsync();
        await Expect(console.Main.Locator("tbody tr")).ToHaveCountAsync(1);
        await console.PressAsync("Start the dismissal of 1");
        await console.ConfirmAsync("Start");
        await api.Services.GetRequiredService<ReplayPump>().AdvanceAsync(Cancel);
        await console.Page.ReloadAsync();
        await Expect(console.Main.GetByText("1 dismissed", new() { Exact = true })).ToBeVisibleAsync();
        console.AssertNothingToComplainOf();
    }

    private static async Task<EventId> FindFirstAsync(ApiFixture api, string job)
    {
        using var response = await api.Viewer.GetAsync($"/replays/{job}/events?limit=1", Cancel);
        return EventId.Parse((await response.ReadJsonAsync()).GetProperty("events")[0].GetProperty("id").GetString()!);
    }

    /// <summary>What a new merchant sees before and during the first import; the tour sees what comes after it.</summary>
    [Fact]
    public async Task A_new_merchant_begins_with_the_import()
    {
        await using var api = await ApiFixture.StartAsync();
        await using var console = await chromium.OpenConsoleAsync(api);
        await console.Main.GetByRole(AriaRole.Link, new() { Name = "Begin with the import" }).ClickAsync();
        await Expect(console.Main.GetByText("Nothing is known of the catalog yet.")).ToBeVisibleAsync();

        await console.PressAsync("Import the whole catalog");
        await console.ConfirmAsync("Import");

        await Expect(console.Main.GetByText("Reads the products of Brightpearl")).ToBeVisibleAsync();
        await Expect(console.Main.GetByRole(AriaRole.Img, new() { NameRegex = new("^Read: 0 of 0") })).ToBeVisibleAsync();
        await console.Page.ReloadAsync();
        await Expect(console.Main.GetByText("Reads the products of Brightpearl")).ToBeVisibleAsync();
        await console.PressAsync("Cancel the import");
        await console.ConfirmAsync("Cancel the import");
        await Expect(console.Main.Locator(".card .badge.is-cancelled")).ToBeVisibleAsync();
        await Expect(console.Main.GetByRole(AriaRole.Button, new() { Name = "Import the whole catalog again" })).ToBeVisibleAsync();
        console.AssertNothingToComplainOf();
    }
}
