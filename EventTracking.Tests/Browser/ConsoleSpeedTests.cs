using System.Globalization;
using EventTracking.Tests.Api;
using Microsoft.Playwright;

namespace EventTracking.Tests.Browser;

/// <summary>
/// How fast the console is with 100,000 events, of which 10,000 have failed. Times depend on the machine, so it runs on demand only:
/// <c>dotnet test --project EventTracking.Tests --filter-class '*.ConsoleSpeedTests' --explicit only --output Detailed</c>.
/// </summary>
public sealed class ConsoleSpeedTests(ChromiumFixture chromium) : IClassFixture<ChromiumFixture>
{
    private const int Events = 100_000;
    private const int FailsEach = 10;
    private const int Rounds = 5;

    private static readonly string[] Screens =
        ["overview", "failures", "failures/2-full-0", "moot", "events", "events?status=failed", "events?entity=product:7", "waiting", "search?q=product:7", "replays", "stock", "products"];

    [Fact(Explicit = true)]
    public async Task Every_screen_is_usable_within_a_second()
    {
        await using var api = await ApiFixture.StartAsync();
        await FullLedger.FillAsync(api, Events, FailsEach);
        await using var console = await chromium.OpenConsoleAsync(other: api.Anonymous.BaseAddress);
        await console.Page.Context.UnrouteAllAsync();
        await console.SignInAsync(api.OperatorKey);
        Dictionary<string, List<double>> times = Screens.ToDictionary(screen => screen, _ => new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var screen in Screens)
            {
                // Away first, and by a new document, as from a link that somebody sent.
                await console.Page.GotoAsync("about:blank");
                times[screen].Add(await MeasureAsync(console, screen));
            }
        }

        foreach (var (screen, measured) in times)
        {
            TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{screen}: first {measured[0]:0} ms, median {measured.Order().ElementAt(Rounds / 2):0} ms, highest {measured.Max():0} ms"));
        }

        Assert.All(times, screen => Assert.InRange(screen.Value.Order().ElementAt(Rounds / 2), 0, 1000));
    }

    private static async Task<double> MeasureAsync(ConsolePage console, string screen)
    {
        var started = TimeProvider.System.GetTimestamp();
        await console.Page.GotoAsync($"#/{screen}", new() { WaitUntil = WaitUntilState.Commit });
        await console.Page.Locator($"main[data-screen='{screen.Split('/', '?')[0]}'] h1").WaitForAsync();
        return TimeProvider.System.GetElapsedTime(started).TotalMilliseconds;
    }
}
