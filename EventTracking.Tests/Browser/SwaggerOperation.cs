using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EventTracking.Tests.Browser;

/// <summary>One operation on the page.</summary>
internal sealed class SwaggerOperation(IPage page, ILocator block)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // Formats JSON as a browser does.
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private ILocator Response => block.Locator(".live-responses-table");

    /// <summary>Opens the operation for trying it out, unless it is still open from before another definition was shown.</summary>
    public async Task<SwaggerOperation> OpenAsync()
    {
        await Expect(block).ToBeVisibleAsync();
        if (!await block.Locator(".opblock-body").IsVisibleAsync())
        {
            await block.Locator(".opblock-summary-control").ClickAsync();
        }

        if (!await block.Locator(".execute").IsVisibleAsync())
        {
            await block.Locator(".try-out__btn").ClickAsync();
        }

        return this;
    }

    public async Task<SwaggerOperation> SetAsync(string parameter, string value)
    {
        await block.Locator($"tr[data-param-name='{parameter}'] input").FillAsync(value);
        return this;
    }

    public async Task<SwaggerOperation> ChooseAsync(string parameter, string value)
    {
        await block.Locator($"tr[data-param-name='{parameter}'] select").SelectOptionAsync(value);
        return this;
    }

    public async Task<SwaggerOperation> WriteAsync(string body)
    {
        await block.Locator(".body-param__text").FillAsync(body);
        return this;
    }

    /// <summary>Presses Execute and returns the response, which the page shows with this status.</summary>
    public async Task<JsonElement> ExecuteAsync(int status)
    {
        var answer = await PressExecuteAsync();
        await Expect(Response.Locator("tbody .response-col_status")).ToContainTextAsync($"{status}");
        await ExpectShownAsync(answer);
        return answer;
    }

    /// <summary>Presses Execute until the expected response appears, like a user who waits for it.</summary>
    public async Task<JsonElement> ExecuteUntilAsync(Predicate<JsonElement> reached)
    {
        var started = TimeProvider.System.GetTimestamp();
        var answer = await PressExecuteAsync();
        while (!reached(answer))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience, $"The expected response did not appear: {answer}");
            answer = await PressExecuteAsync();
        }

        await ExpectShownAsync(answer);
        return answer;
    }

    /// <summary>Presses Execute and then the link to the file on the page; returns the name and content of the file.</summary>
    public async Task<(string Name, string Content)> DownloadAsync()
    {
        await PressExecuteAsync();
        var download = await page.RunAndWaitForDownloadAsync(() => Response.GetByText("Download file").ClickAsync());
        using var reader = new StreamReader(await download.CreateReadStreamAsync());
        return (download.SuggestedFilename, await reader.ReadToEndAsync());
    }

    public Task ShootAsync(string name) => block.ScreenshotAsync(new() { Path = SwaggerPage.Screenshot(name) });

    private async Task<JsonElement> PressExecuteAsync()
    {
        var response = await page.RunAndWaitForResponseAsync(() => block.Locator(".execute").ClickAsync(), response => response.Request.ResourceType == "fetch");
        return await response.JsonAsync() ?? throw new InvalidOperationException($"{response.Url} returned no JSON.");
    }

    private Task ExpectShownAsync(JsonElement answer) =>
        Expect(Response.Locator(".response-col_description .highlight-code code").First).ToHaveTextAsync(JsonSerializer.Serialize(answer, Indented));
}
