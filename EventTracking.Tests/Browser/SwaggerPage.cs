using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EventTracking.Tests.Browser;

/// <summary>Swagger UI as a user sees it.</summary>
internal sealed class SwaggerPage : IAsyncDisposable
{
    private static readonly string Screenshots = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "artifacts", "swagger")).FullName;

    private readonly IBrowserContext window;
    private readonly IPage page;
    private readonly PageComplaints complaints;

    private SwaggerPage(IBrowserContext window, IPage page, PageComplaints complaints)
    {
        this.window = window;
        this.page = page;
        this.complaints = complaints;
    }

    public ILocator AuthorizeButton => page.Locator(".auth-wrapper .btn.authorize");

    public ILocator Operations => page.Locator(".opblock");

    public ILocator Curl => page.Locator(".curl-command").First;

    private ILocator Definitions => page.Locator(".topbar select");

    public static async Task<SwaggerPage> OpenAsync(IBrowser browser, Uri service)
    {
        var window = await browser.NewContextAsync(new() { BaseURL = service.ToString(), ViewportSize = new() { Width = 1280, Height = 900 } });
        window.SetDefaultTimeout(ChromiumFixture.Patience);
        var page = await window.NewPageAsync();
        var swagger = new SwaggerPage(window, page, await PageComplaints.ListenAsync(window, page, service));
        await swagger.page.GotoAsync("swagger");
        await Expect(swagger.Operations.First).ToBeVisibleAsync();
        return swagger;
    }

    public async ValueTask DisposeAsync() => await window.DisposeAsync();

    public void AssertNothingToComplainOf() => complaints.AssertNone();

    public async Task AssertShowsNowhereAsync(string key)
    {
        Assert.DoesNotContain(key, await page.ContentAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain(key, await page.EvaluateAsync<string>("JSON.stringify(localStorage) + document.cookie"), StringComparison.Ordinal);
    }

    public async Task AuthorizeAsync(string key)
    {
        await AuthorizeButton.ClickAsync();
        var dialog = page.Locator(".modal-ux");
        await dialog.Locator("input").FillAsync(key);
        await ShootAsync("authorize");
        await dialog.Locator("button[type=submit]").ClickAsync();
        await dialog.Locator(".btn-done").ClickAsync();
        await Expect(dialog).ToBeHiddenAsync();
    }

    public async Task ReloadAsync()
    {
        await page.ReloadAsync();
        await Expect(Operations.First).ToBeVisibleAsync();
    }

    /// <summary>Picks a definition in the header of the page and waits for it.</summary>
    public async Task SwitchToAsync(string definition, string document)
    {
        await Definitions.SelectOptionAsync(new SelectOptionValue { Label = definition });
        await Expect(page.Locator(".info .url")).ToHaveTextAsync($"/openapi/{document}.json");
        await Expect(Operations.First).ToBeVisibleAsync();
    }

    /// <summary>
    /// Opens every operation and checks that each describes a response, has an example if it has a body, and shows no
    /// error.
    /// </summary>
    public async Task OpenAllAsync()
    {
        foreach (var operation in await Operations.AllAsync())
        {
            var summary = operation.Locator(".opblock-summary-control");
            await summary.ClickAsync();
            await Expect(operation.Locator(".opblock-description")).Not.ToBeEmptyAsync();
            foreach (var answer in await operation.Locator("tr.response").AllAsync())
            {
                var example = await answer.GetAttributeAsync("data-code") == "204" ? ".response-col_description__inner" : ".model-example code";
                await Expect(answer.Locator(example).First).Not.ToBeEmptyAsync();
            }

            // Every click renders all that is open again.
            await summary.ClickAsync();
        }

        await Expect(page.Locator(".errors-wrapper")).ToHaveCountAsync(0);
    }

    public SwaggerOperation Operation(string tag, string id) => new(page, page.Locator($"#operations-{tag}-{id}"));

    public Task ShootAsync(string name) => page.ScreenshotAsync(new() { Path = Screenshot(name) });

    public static string Screenshot(string name) => Path.Combine(Screenshots, $"{name}.png");
}
