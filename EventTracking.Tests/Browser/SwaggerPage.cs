using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EventTracking.Tests.Browser;

/// <summary>Swagger UI as a user sees it. It also records what the user does not see: errors, and calls to other machines.</summary>
internal sealed class SwaggerPage : IAsyncDisposable
{
    private const float Patience = 30_000;

    private static readonly string Screenshots = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "artifacts", "swagger")).FullName;

    private readonly IBrowserContext window;
    private readonly IPage page;
    private readonly List<string> complaints = [];

    private SwaggerPage(IBrowserContext window, IPage page)
    {
        this.window = window;
        this.page = page;
    }

    public ILocator AuthorizeButton => page.Locator(".auth-wrapper .btn.authorize");

    public ILocator Operations => page.Locator(".opblock");

    private ILocator Definitions => page.Locator(".topbar select");

    public static async Task<SwaggerPage> OpenAsync(IBrowser browser, Uri service)
    {
        SetDefaultExpectTimeout(Patience);
        var window = await browser.NewContextAsync(new() { BaseURL = service.ToString(), ViewportSize = new() { Width = 1280, Height = 900 } });
        window.SetDefaultTimeout(Patience);
        var swagger = new SwaggerPage(window, await window.NewPageAsync());
        await swagger.ListenAsync(service);
        await swagger.page.GotoAsync("swagger");
        await Expect(swagger.Operations.First).ToBeVisibleAsync();
        return swagger;
    }

    public async ValueTask DisposeAsync() => await window.DisposeAsync();

    public void AssertNothingToComplainOf()
    {
        lock (complaints)
        {
            Assert.Empty(complaints);
        }
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
            await operation.Locator(".opblock-summary-control").ClickAsync();
            await Expect(operation.Locator(".opblock-description")).Not.ToBeEmptyAsync();
            foreach (var answer in await operation.Locator("tr.response").AllAsync())
            {
                var example = await answer.GetAttributeAsync("data-code") == "204" ? ".response-col_description__inner" : ".model-example code";
                await Expect(answer.Locator(example).First).Not.ToBeEmptyAsync();
            }
        }

        await Expect(page.Locator(".errors-wrapper")).ToHaveCountAsync(0);
    }

    public SwaggerOperation Operation(string tag, string id) => new(page, page.Locator($"#operations-{tag}-{id}"));

    public Task ShootAsync(string name) => page.ScreenshotAsync(new() { Path = Screenshot(name) });

    public static string Screenshot(string name) => Path.Combine(Screenshots, $"{name}.png");

    private async Task ListenAsync(Uri service)
    {
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                Note($"console: {message.Text}");
            }
        };
        page.PageError += (_, error) => Note($"script: {error}");
        page.RequestFailed += (_, request) => Note($"failed: {request.Url} {request.Failure}");
        page.Response += (_, response) =>
        {
            if (response.Status >= 400)
            {
                Note($"answer: {response.Url} {response.Status}");
            }
        };
        await window.RouteAsync("**/*", async route =>
        {
            if (new Uri(route.Request.Url).Authority == service.Authority)
            {
                await route.ContinueAsync();
                return;
            }

            Note($"leaves the machine: {route.Request.Url}");
            await route.AbortAsync();
        });
    }

    private void Note(string complaint)
    {
        lock (complaints)
        {
            complaints.Add(complaint);
        }
    }
}
