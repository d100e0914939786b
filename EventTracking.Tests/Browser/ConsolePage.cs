using System.Text.Json;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EventTracking.Tests.Browser;

/// <summary>The console as an operator sees it.</summary>
internal sealed class ConsolePage : IAsyncDisposable
{
    private static readonly string Screenshots = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "artifacts", "console")).FullName;

    private const int MostTabs = 200;

    private readonly IBrowserContext window;
    private readonly PageComplaints complaints;

    private ConsolePage(IBrowserContext window, IPage page, PageComplaints complaints)
    {
        this.window = window;
        Page = page;
        this.complaints = complaints;
    }

    public IPage Page { get; }

    public ILocator Main => Page.Locator("main");

    public ILocator Dialog => Page.Locator("dialog");

    public ILocator Status => Page.Locator(".heading .badge");

    /// <param name="browser">The browser.</param>
    /// <param name="service">The address of the service.</param>
    /// <param name="look">The theme and width.</param>
    /// <param name="forAxe">Whether the page's policy is off, because axe evaluates code.</param>
    public static async Task<ConsolePage> OpenAsync(IBrowser browser, Uri service, (ColorScheme Theme, int Width) look, bool forAxe = false)
    {
        var window = await browser.NewContextAsync(new()
        {
            BaseURL = service.ToString(),
            ViewportSize = new() { Width = look.Width, Height = 900 },
            ColorScheme = look.Theme,
            BypassCSP = forAxe,

            // Axe measures colours, which must not be on their way.
            ReducedMotion = forAxe ? ReducedMotion.Reduce : ReducedMotion.NoPreference,
        });
        window.SetDefaultTimeout(ChromiumFixture.Patience);
        var page = await window.NewPageAsync();
        var console = new ConsolePage(window, page, await PageComplaints.ListenAsync(window, page, service));
        await page.GotoAsync("");
        await Expect(console.Main.GetByRole(AriaRole.Heading, new() { Name = "Sign in" })).ToBeVisibleAsync();
        return console;
    }

    public async ValueTask DisposeAsync() => await window.DisposeAsync();

    public async Task SignInAsync(string key)
    {
        await Page.GetByLabel("API key").FillAsync(key);
        await Main.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(Heading("Overview")).ToBeVisibleAsync();
    }

    /// <summary>Opens a screen by the navigation.</summary>
    public async Task GoAsync(string screen)
    {
        await Page.GetByRole(AriaRole.Navigation, new() { Name = "Screens" }).GetByRole(AriaRole.Link, new() { Name = screen, Exact = true }).ClickAsync();
        await Expect(Heading(screen)).ToBeVisibleAsync();
    }

    /// <summary>Opens an address of the console, as from a link that somebody sent.</summary>
    public async Task GotoAsync(string address)
    {
        await Page.GotoAsync($"#/{address}");
        await Expect(Page.Locator($"main[data-screen='{address.Split('/', '?')[0]}'] h1")).ToBeVisibleAsync();
    }

    public Task PressAsync(string button) => Main.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();

    /// <summary>Presses the tabulator until the element has the focus, as somebody without a mouse does.</summary>
    public async Task TabToAsync(ILocator element)
    {
        await Expect(element).ToBeVisibleAsync();
        for (var press = 0; press < MostTabs; press++)
        {
            if (await element.EvaluateAsync<bool>("element => element === document.activeElement"))
            {
                return;
            }

            await Page.Keyboard.PressAsync("Tab");
        }

        Assert.Fail($"{element} did not get the focus within {MostTabs} steps.");
    }

    /// <summary>Fills the dialog and confirms it.</summary>
    public async Task ConfirmAsync(string button, params (string Label, string Value)[] fields)
    {
        foreach (var (label, value) in fields)
        {
            await Dialog.GetByLabel(label).FillAsync(value);
        }

        await Dialog.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();
        await Expect(Dialog).ToBeHiddenAsync();
    }

    public ILocator Heading(string text) => Main.GetByRole(AriaRole.Heading, new() { Name = text, Exact = true, Level = 1 });

    public void AssertNothingToComplainOf() => complaints.AssertNone();

    public void AssertNothingToComplainOfBut(params IReadOnlyCollection<int> statuses) => complaints.AssertNoneBut(statuses);

    /// <summary>Looks at what is shown in both themes, wide and narrow.</summary>
    public async Task CheckInEveryLookAsync(string what)
    {
        foreach (var theme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await Page.EmulateMediaAsync(new() { ColorScheme = theme, ReducedMotion = ReducedMotion.Reduce });
            foreach (var width in new[] { 360, 1280 })
            {
                await Page.SetViewportSizeAsync(width, 900);
                await AssertNotWiderThanTheWindowAsync($"{what} {width}");

                // Two looks show both themes and both widths. Each screen is examined in all four when it is full.
                if ((theme, width) is (ColorScheme.Light, 1280) or (ColorScheme.Dark, 360))
                {
                    await AssertAccessibleAsync($"{what} {theme} {width}");
                    await ShootAsync($"{what}-{theme}-{width}");
                }
            }
        }
    }

    /// <summary>A hidden key would be found too: the whole document, its address and what the browser keeps are looked through.</summary>
    public async Task AssertShowsNowhereAsync(string key)
    {
        Assert.DoesNotContain(key, await Page.ContentAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain(key, Page.Url, StringComparison.Ordinal);
        Assert.DoesNotContain(key, await Page.EvaluateAsync<string>("JSON.stringify(localStorage) + document.cookie"), StringComparison.Ordinal);
    }

    public async Task AssertAccessibleAsync(string what)
    {
        var result = await Page.RunAxe();
        Assert.True(result.Violations.Length == 0, $"{what}: {JsonSerializer.Serialize(result.Violations.Select(rule => new { rule.Id, rule.Help, Html = rule.Nodes.Select(node => node.Html) }))}");
    }

    public async Task AssertNotWiderThanTheWindowAsync(string what) =>
        Assert.True(await Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), $"{what} is wider than the window.");

    public Task ShootAsync(string name) => Page.ScreenshotAsync(new() { Path = Path.Combine(Screenshots, $"{string.Join('-', name.Split('/', '?', '=', ':', '%'))}.png"), FullPage = true });
}
