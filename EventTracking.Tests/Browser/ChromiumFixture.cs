using EventTracking.Tests.Api;
using EventTracking.Tests.Hosting;
using Microsoft.Playwright;

namespace EventTracking.Tests.Browser;

/// <summary>The machine's own Chromium, and the service as <c>dotnet run</c> starts it. Nothing is downloaded.</summary>
public sealed class ChromiumFixture : IAsyncLifetime
{
    /// <summary>How long a page may take for a step, in milliseconds, also on a busy machine.</summary>
    public const float Patience = 60_000;

    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",

        // Requests to any other machine fail.
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ];

    private readonly string? executable = Find();
    private IPlaywright? playwright;
    private IBrowser? browser;
    private ServiceProcess? service;

    public async ValueTask InitializeAsync()
    {
        if (executable is null)
        {
            return;
        }

        Assertions.SetDefaultExpectTimeout(Patience);
        service = await ServiceProcess.StartDevelopmentAsync();
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = executable, Headless = true, Args = Arguments });
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.DisposeAsync();
        }

        playwright?.Dispose();
        if (service is not null)
        {
            await service.DisposeAsync();
        }
    }

    /// <summary>What the first start wrote for its user.</summary>
    public async Task<string> ReadOperatorKeyAsync() => (await File.ReadAllTextAsync(Path.Combine(Service.DataPath, "operator.key"), TestContext.Current.CancellationToken)).Trim();

    /// <summary>The service as <c>dotnet run</c> starts it, with its sandbox.</summary>
    public HttpClient Http => Service.Http;

    /// <summary>Opens Swagger UI in a window without history.</summary>
    internal async Task<SwaggerPage> OpenAsync()
    {
        var address = Service.Http.BaseAddress!;
        return await SwaggerPage.OpenAsync(browser!, address);
    }

    /// <summary>Opens the console in a window without history: of the service with its sandbox, or of another one.</summary>
    internal async Task<ConsolePage> OpenConsoleAsync(ColorScheme theme = ColorScheme.Light, int width = 1280, bool forAxe = false, Uri? other = null)
    {
        var address = Service.Http.BaseAddress!;
        return await ConsolePage.OpenAsync(browser!, other ?? address, (theme, width), forAxe);
    }

    /// <summary>The console of a service, with its operator signed in.</summary>
    internal async Task<ConsolePage> OpenConsoleAsync(ApiFixture api)
    {
        var console = await OpenConsoleAsync(other: api.Anonymous.BaseAddress);
        await console.SignInAsync(api.OperatorKey);
        return console;
    }

    /// <summary>Without a browser nothing is started, and the test is skipped, which is a failure in CI.</summary>
    private ServiceProcess Service
    {
        get
        {
            var missing = $"There is no Chromium on the PATH ({string.Join(", ", Names)}). Install it, on Debian by 'apt-get install chromium', and run the tests again.";
            Assert.False(executable is null && Environment.GetEnvironmentVariable("CI") == "true", missing);
            Assert.SkipUnless(executable is not null, missing);
            return service!;
        }
    }

    private static string? Find() => (
        from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        from name in Names
        let path = Path.Combine(folder, OperatingSystem.IsWindows() ? $"{name}.exe" : name)
        where File.Exists(path)
        select path).FirstOrDefault();
}
