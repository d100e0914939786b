using EventTracking.Api.WebConsole;
using EventTracking.Testing.Files;
using EventTracking.Tests.Hosting;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EventTracking.Tests.Browser;

/// <summary>The pictures of the README show the console as it is. With <c>UPDATE_IMAGES=1</c> they are taken anew.</summary>
public sealed class ConsoleImageTests(ChromiumFixture chromium) : IClassFixture<ChromiumFixture>
{
    private const int Height = 720;

    private static readonly string VersionFile = PathOf("console.version");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_readme_shows_the_console_as_it_is()
    {
        var version = new ConsoleFiles().Version;
        if (Environment.GetEnvironmentVariable("UPDATE_IMAGES") == "1")
        {
            await ShootAsync();
            await File.WriteAllTextAsync(VersionFile, version + "\n", Cancel);
        }

        Assert.True(
            version == (await File.ReadAllTextAsync(VersionFile, Cancel)).Trim(),
            "The console has changed since its pictures were taken. Run this test with UPDATE_IMAGES=1 and look at docs/images.");
    }

    private async Task ShootAsync()
    {
        await using var service = await ServiceProcess.StartDevelopmentAsync();
        await using var console = await chromium.OpenConsoleAsync(other: service.Http.BaseAddress);
        await console.Page.SetViewportSizeAsync(1280, Height);
        await console.SignInAsync((await File.ReadAllTextAsync(Path.Combine(service.DataPath, "operator.key"), Cancel)).Trim());
        await console.GoAsync("Sandbox");
        await console.Main.GetByLabel("Shopify", new() { Exact = true }).SelectOptionAsync("503");
        await console.PressAsync("Change all stock at Brightpearl");
        await console.ConfirmAsync("Change all");
        foreach (var status in (string[])["queued", "processing", "retrying"])
        {
            await console.GotoAsync($"events?status={status}");
            await Expect(console.Main.GetByText("No event fits these filters.")).ToBeVisibleAsync();
        }

        await console.GoAsync("Failures");
        await Expect(console.Main.Locator("tbody tr")).Not.ToHaveCountAsync(0);
        await Expect(console.Page.Locator("#said")).ToBeEmptyAsync();
        await console.Page.ScreenshotAsync(new() { Path = PathOf("console-failures.png") });
        await console.Main.Locator("tbody tr").First.GetByRole(AriaRole.Link, new() { Name = "event", Exact = true }).ClickAsync();
        await Expect(console.Status).ToContainTextAsync("failed");
        await console.Page.ScreenshotAsync(new() { Path = PathOf("console-event.png") });
    }

    private static string PathOf(string name) => Repository.PathOf("docs", "images", name);
}
