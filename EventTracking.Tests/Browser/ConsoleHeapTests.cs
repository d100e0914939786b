using System.Text.Json;
using EventTracking.Tests.Api;
using Microsoft.Playwright;

namespace EventTracking.Tests.Browser;

/// <summary>A screen that somebody leaves open.</summary>
public sealed class ConsoleHeapTests(ChromiumFixture chromium) : IClassFixture<ChromiumFixture>
{
    private const int Refreshes = 720;
    private const int WarmUp = 40;
    private const double MostGrowth = 1_000_000;

    /// <summary>Longer than the overview waits for its next refresh, and shorter than for two of them.</summary>
    private const long Step = 17_000;

    // The page's own timers stand still, so it reports each refresh.
    private const string Watch =
        "() => { window.drawn = 0; new MutationObserver(() => { window.drawn++; window.onDrawn?.(); }).observe(document.getElementById('asof'), { childList: true }); }";

    private const string Await = "count => window.drawn >= count || new Promise(done => { window.onDrawn = () => window.drawn >= count && done(true); })";

    [Fact]
    public async Task After_720_refreshes_no_more_memory_elements_or_listeners_are_in_use()
    {
        await using var api = await ApiFixture.StartAsync();
        await ConsoleData.PlantAsync(api, "Shopify does not know the item");
        await using var console = await chromium.OpenConsoleAsync(api);
        var page = console.Page;
        await page.Context.UnrouteAllAsync();
        await page.Clock.InstallAsync();
        await page.ReloadAsync();
        await console.Heading("Overview").WaitForAsync();
        await page.EvaluateAsync(Watch);
        var inspector = await page.Context.NewCDPSessionAsync(page);
        await inspector.SendAsync("Performance.enable");

        await RefreshAsync(page, 1, WarmUp);
        var before = await MeasureAsync(inspector);
        await RefreshAsync(page, WarmUp + 1, WarmUp + Refreshes);
        var after = await MeasureAsync(inspector);

        Assert.InRange(after.Heap - before.Heap, double.NegativeInfinity, MostGrowth);
        Assert.InRange(after.Elements - before.Elements, int.MinValue, 50);
        Assert.InRange(after.Listeners - before.Listeners, int.MinValue, 10);
        console.AssertNothingToComplainOf();
    }

    private static async Task RefreshAsync(IPage page, int first, int last)
    {
        for (var refresh = first; refresh <= last; refresh++)
        {
            await page.Clock.RunForAsync(Step);
            await page.EvaluateAsync(Await, refresh);
        }
    }

    private static async Task<(double Heap, int Elements, int Listeners)> MeasureAsync(ICDPSession inspector)
    {
        await inspector.SendAsync("HeapProfiler.collectGarbage");
        await inspector.SendAsync("HeapProfiler.collectGarbage");
        var heap = (await inspector.SendAsync("Runtime.getHeapUsage"))!.Value.GetProperty("usedSize").GetDouble();
        var metrics = (await inspector.SendAsync("Performance.getMetrics"))!.Value.GetProperty("metrics").EnumerateArray()
            .ToDictionary(metric => metric.GetProperty("name").GetString()!, metric => metric.GetProperty("value").GetDouble());
        TestContext.Current.TestOutputHelper?.WriteLine(JsonSerializer.Serialize(new { heap, elements = metrics["Nodes"], listeners = metrics["JSEventListeners"] }));
        return (heap, (int)metrics["Nodes"], (int)metrics["JSEventListeners"]);
    }
}
