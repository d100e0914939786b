using System.Text.Json;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EventTracking.Tests.Browser;

/// <summary>One operation on the page.</summary>
internal sealed class SwaggerOperation(IPage page, ILocator block)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private ILocator Answer => block.Locator(".live-responses-table");

    /// <summary>Opens it for trying out, unless it is still open from before another definition was looked at.</summary>
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

    public async Task<SwaggerOperation> ChooseExampleAsync(string name)
    {
        await block.Locator(".opblock-section-request-body .examples-select-element").SelectOptionAsync(name);
        return this;
    }

    public async Task<SwaggerOperation> WriteAsync(string body)
    {
        await block.Locator(".body-param__text").FillAsync(body);
        return this;
    }

    /// <summary>Presses Execute and returns the body that the page shows with this status.</summary>
    public async Task<JsonElement> ExecuteAsync(int status)
    {
        await PressExecuteAsync();
        await Expect(Answer.Locator(".response-col_status").Last).ToContainTextAsync($"{status}");
        return await ReadAsync();
    }

    /// <summary>Presses Execute until the answer is what is waited for, as a user does who is waiting for it.</summary>
    public async Task<JsonElement> ExecuteUntilAsync(Predicate<JsonElement> reached)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!reached(await PressExecuteAsync()))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience, $"In vain: {await Answer.InnerTextAsync()}");
        }

        return await ReadAsync();
    }

    public Task ShootAsync(string name) => block.ScreenshotAsync(new() { Path = SwaggerPage.Screenshot(name) });

    private async Task<JsonElement> PressExecuteAsync()
    {
        var response = await page.RunAndWaitForResponseAsync(() => block.Locator(".execute").ClickAsync(), _ => true);
        var text = await response.TextAsync();
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }

    private async Task<JsonElement> ReadAsync() => JsonDocument.Parse(await Answer.Locator(".response-col_description .highlight-code code").First.InnerTextAsync()).RootElement;
}
