using EventTracking.Core.Activities;
using EventTracking.Core.Functions;
using EventTracking.Core.Processing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace EventTracking.Tests.Api.Activities;

public sealed class ActivityTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_function_did_is_shown_with_its_queue()
    {
        var time = new FakeTimeProvider(Noon);
        await using var own = await ApiFixture.StartAsync(settings: new() { ["EventTracking:Worker:Enabled"] = "false" }, services: services => services.AddSingleton<TimeProvider>(time));
        await own.AcceptAsync(TrackedEvents.Delivery());
        time.Advance(TimeSpan.FromMilliseconds(20));
        await own.Services.GetRequiredService<BatchPump>().RunAsync(own.Services.GetRequiredService<FunctionRegistry>().Find("unrouted")!, TimeSpan.Zero, Cancel);
        await own.AcceptAsync(TrackedEvents.Delivery());

        var answer = await (await own.Viewer.GetAsync("/activity?function=unrouted", Cancel)).ReadJsonAsync();

        const string counts = """
            {"accepted":1,"succeeded":0,"failed":0,"retried":0,"waiting":0,"superseded":0,"ignored":1,"postponed":0,"timedOut":0,"batches":1,"run":{"p50":1,"p95":1,"p99":1},"lag":{"p50":22.6,"p95":22.6,"p99":22.6},"counters":{},"cost":null}
            """;
        Assert.Equal(
            $$"""{"from":"2026-11-23T11:05:00.000Z","to":"2026-11-23T12:05:00.000Z","step":"5m","functions":[{"function":"unrouted","queue":{"items":1,"deadLetters":0},"lastRunAt":"2026-11-23T12:00:00.000Z","total":{{counts.Trim()}},"builds":[{"build":"{{BuildId.Of(own.Services.GetRequiredService<FunctionRegistry>().Find("unrouted")!.Function)}}","from":"2026-11-23T12:00:00.000Z"}],"slots":[{"from":"2026-11-23T12:00:00.000Z","counts":{{counts.Trim()}}}]}]}""",
            answer.GetRawText());
    }

    [Fact]
    public async Task Slots_are_added_up_to_the_step_that_is_asked_for()
    {
        var store = api.Services.GetRequiredService<IActivityStore>();
        foreach (var minute in (int[])[0, 55, 60])
        {
            await store.AddAsync("stock-sync", Noon.AddMinutes(minute), new Dictionary<string, long> { ["accepted"] = 1, ["r2"] = 1, ["shopify.calls"] = 2 }, Cancel);
        }

        var answer = await (await api.Viewer.GetAsync("/activity?function=stock-sync&from=2026-11-23T12:00:00Z&to=2026-11-23T13:05:00Z&step=1h", Cancel)).ReadJsonAsync();

        var function = Assert.Single(answer.GetProperty("functions").EnumerateArray());
        Assert.Equal([2, 1], function.GetProperty("slots").EnumerateArray().Select(slot => slot.GetProperty("counts").GetProperty("accepted").GetInt32()));
        Assert.Equal(6, function.GetProperty("total").GetProperty("counters").GetProperty("shopify.calls").GetInt32());
    }

    /// <summary>While hosts are replaced both builds run; that is one deployment. Slots of earlier versions name no build.</summary>
    [Fact]
    public async Task Builds_are_shown_where_they_began()
    {
        await using var own = await ApiFixture.StartAsync();
        var store = own.Services.GetRequiredService<IActivityStore>();
        foreach (var (minute, builds) in new (int, string[])[] { (0, []), (5, ["one"]), (10, ["one", "two"]), (15, ["two"]), (20, []), (25, ["two"]), (30, ["one"]) })
        {
            await store.AddAsync("stock-sync", Noon.AddMinutes(minute), builds.Select(ActivityNames.OfBuild).Append("batches").ToDictionary(name => name, _ => 1L), Cancel);
        }

        var answer = await (await own.Viewer.GetAsync("/activity?function=stock-sync&from=2026-11-23T12:00:00Z&to=2026-11-23T13:00:00Z", Cancel)).ReadJsonAsync();

        Assert.Equal(
            [("one", Noon.AddMinutes(5)), ("two", Noon.AddMinutes(10)), ("one", Noon.AddMinutes(30))],
            answer.GetProperty("functions")[0].GetProperty("builds").EnumerateArray().Select(build => (build.GetProperty("build").GetString(), build.GetProperty("from").GetDateTimeOffset())));
        Assert.Empty(answer.GetProperty("functions")[0].GetProperty("total").GetProperty("counters").EnumerateObject());
    }

    [Fact]
    public async Task All_functions_are_shown_unless_one_is_named()
    {
        var answer = await (await api.Viewer.GetAsync("/activity", Cancel)).ReadJsonAsync();

        Assert.Equal(
            api.Services.GetRequiredService<FunctionRegistry>().Names.Order(StringComparer.Ordinal),
            answer.GetProperty("functions").EnumerateArray().Select(function => function.GetProperty("function").GetString()));
    }

    [Fact]
    public async Task A_function_that_was_removed_is_shown_while_it_has_activity_and_a_misspelt_one_says_which_was_meant()
    {
        await api.Services.GetRequiredService<IActivityStore>().AddAsync("stock-sync-old", IActivityStore.SlotOf(Noon), new Dictionary<string, long> { ["accepted"] = 1 }, Cancel);

        var answer = await (await api.Viewer.GetAsync("/activity?function=stock-sync-old&from=2026-11-23T12:00:00Z&to=2026-11-23T12:05:00Z", Cancel)).ReadJsonAsync();
        Assert.Equal(1, answer.GetProperty("functions")[0].GetProperty("total").GetProperty("accepted").GetInt32());

        var problem = await (await api.Viewer.GetAsync("/activity?function=stock-sink", Cancel)).ReadJsonAsync();
        Assert.Contains("Did you mean 'stock-sync'?", problem.GetProperty("errors").GetProperty("function")[0].GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("from=yesterday", "from")]
    [InlineData("to=tomorrow", "to")]
    [InlineData("step=2m", "step")]
    [InlineData("from=2026-11-23T12:00:00Z&to=2026-11-23T11:00:00Z", "from")]
    [InlineData("from=2026-11-20T12:00:00Z&to=2026-11-23T12:00:00Z", "from")]
    [InlineData("from=0001-01-01", "from")]
    [InlineData("to=9999-12-31", "to")]
    [InlineData("function=stock-sink", "function")]
    [InlineData("function=%20", "function")]
    public async Task The_range_has_bounds(string query, string field) => await (await api.Viewer.GetAsync($"/activity?{query}", Cancel)).AssertInvalidAsync(field);
}
