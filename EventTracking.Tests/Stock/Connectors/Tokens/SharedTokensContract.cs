using EventTracking.Api.Sandbox;
using EventTracking.Core.Records;
using EventTracking.Core.Resilience;
using EventTracking.Stock.Connectors.Brightpearl;
using EventTracking.Stock.Connectors.Tokens;
using EventTracking.Tests.Backends;
using EventTracking.Tests.Sandbox;
using Microsoft.Extensions.Options;

namespace EventTracking.Tests.Stock.Connectors.Tokens;

/// <summary>Brightpearl's tokens, which several processes share over the record store: the sandbox ends a refresh token as soon as it has been used.</summary>
public abstract class SharedTokensContract(BackendFixture backend)
{
    private static readonly (string, string)[] App =
    [
        ("Brightpearl:StaffToken", ""), ("Brightpearl:OAuth:RefreshToken", "first-refresh-token"), ("Brightpearl:OAuth:ClientSecret", "secret-of-the-app"),
        ("Brightpearl:OAuth:DeveloperRef", "acme-developer"), ("Brightpearl:OAuth:BaseAddress", "http://sandbox/brightpearl-oauth/"),
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_process_refreshes_and_the_others_use_its_token()
    {
        await using var app = await StartAsync();

        // Those that wait look again by the real clock, because the other one would run into the time-out of its call.
        List<SharedTokens> processes = [.. Enumerable.Range(0, 4).Select(_ => Process(app, TimeProvider.System))];

        var tokens = await Task.WhenAll(processes.Select(process => process.GetAsync(null))).WaitAsync(TimeSpan.FromSeconds(60), Cancellation);

        Assert.Single(tokens.Select(token => token.Value).Distinct());
        Assert.Single(tokens, token => token.IsNew);
        Assert.Equal(1, app.Get<BrightpearlSandboxTokens>().Issued);
    }

    [Fact]
    public async Task A_refused_token_is_refreshed_once_with_the_newest_refresh_token()
    {
        await using var app = await StartAsync();
        var (one, other) = (Process(app), Process(app));
        var first = await one.GetAsync(null);

        var second = await other.GetAsync(first.Value);
        var same = await one.GetAsync(first.Value);

        Assert.NotEqual(first.Value, second.Value);
        Assert.Equal(second.Value, same.Value);
        Assert.Equal(2, app.Get<BrightpearlSandboxTokens>().Issued);
    }

    [Fact]
    public async Task A_process_that_died_while_it_refreshed_is_waited_for_and_then_replaced()
    {
        await using var app = await StartAsync();
        await Records(app).TryWriteAsync(1, new SharedTokenDocument(null, Refreshing: true), null, await Records(app).FindAsync(1, Cancellation), Cancellation);
        var began = app.Time.GetUtcNow();

        var token = await app.Time.SkipPausesAsync(Process(app).GetAsync(null), SandboxApp.CallTimeout, SandboxApp.TryTimeout);

        Assert.True(token.IsNew);
        Assert.InRange(app.Time.GetUtcNow() - began, TimeSpan.FromSeconds(25), TimeSpan.FromSeconds(26));
    }

    [Fact]
    public async Task A_refresh_token_that_is_replaced_in_the_settings_begins_anew()
    {
        await using var app = await StartAsync();
        await Process(app).GetAsync(null);
        app.Get<BrightpearlSandboxTokens>().Reset();
        app.Get<IOptions<BrightpearlOptions>>().Value.OAuth.RefreshToken = "next-refresh-token";
        app.Get<IOptionsMonitor<BrightpearlOptions>>().CurrentValue.OAuth.RefreshToken = "next-refresh-token";

        Assert.True((await Process(app).GetAsync(null)).IsNew);
    }

    [Fact]
    public async Task The_store_shows_no_token()
    {
        await using var app = await StartAsync();
        var token = await Process(app).GetAsync(null);

        var stored = await backend.Records.FindAsync(new RecordKey(SharedTokens.Collection, 1), Cancellation);
        Assert.DoesNotContain(token.Value, System.Text.Encoding.UTF8.GetString(stored!.Json.Span), StringComparison.Ordinal);
    }

    private async Task<SandboxApp> StartAsync()
    {
        var app = await SandboxApp.StartAsync(App);
        if (await Records(app).FindAsync(1, Cancellation) is { } left)
        {
            await Records(app).TryDeleteAsync(left, Cancellation);
        }

        return app;
    }

    private SharedTokens Process(SandboxApp app, TimeProvider? time = null) => new(
        Records(app),
        new TokenEndpoint(app.ClientOf(nameof(SharedTokens)), BrightpearlApi.Connector, "Brightpearl"),
        app.Get<IOptionsMonitor<BrightpearlOptions>>(),
        app.Get<RandomSource>(),
        time ?? app.Time);

    private RecordCollection<SharedTokenDocument> Records(SandboxApp app) =>
        new(SharedTokens.Collection, TokenJson.Default.SharedTokenDocument, backend.Records, app.Get<RandomSource>(), app.Time);
}
