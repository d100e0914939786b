using EventTracking.Api.Sandbox;
using EventTracking.Stock.Connectors;
using EventTracking.Stock.Connectors.Shopify;
using EventTracking.Tests.Sandbox;

namespace EventTracking.Tests.Stock.Connectors.Tokens;

/// <summary>A Dev Dashboard app fetches its own access tokens, against the sandbox over HTTP.</summary>
public sealed class ShopifyTokenTests
{
    private const long Mug = 271878346596884015;

    private static readonly (string, string)[] App = [("Shopify:AccessToken", ""), ("Shopify:ClientId", "a1b2c3"), ("Shopify:ClientSecret", "secret-of-the-app")];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_token_is_fetched_once_and_used_for_all_calls()
    {
        await using var app = await SandboxApp.StartAsync(App);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => app.Shopify.GetItemsAsync([Mug], Token)));

        Assert.Equal(1, app.Get<ShopifySandboxTokens>().Issued);
    }

    [Fact]
    public async Task A_token_that_expires_under_load_fails_no_call_and_is_fetched_once()
    {
        await using var app = await SandboxApp.StartAsync(App);
        await app.Shopify.GetItemsAsync([Mug], Token);
        app.Time.Advance(TimeSpan.FromMinutes(1));
        app.Get<ShopifySandboxTokens>().Expire();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => app.Shopify.GetItemsAsync([Mug], Token)));

        Assert.Equal(2, app.Get<ShopifySandboxTokens>().Issued);
    }

    [Fact]
    public async Task A_token_is_fetched_ahead_of_its_end()
    {
        await using var app = await SandboxApp.StartAsync(App);
        await app.Shopify.GetItemsAsync([Mug], Token);
        app.Time.Advance(TimeSpan.FromHours(23));

        await app.Shopify.GetItemsAsync([Mug], Token);

        Assert.Equal(2, app.Get<ShopifySandboxTokens>().Issued);
    }

    [Fact]
    public async Task Credentials_that_are_not_accepted_are_explained_without_being_shown()
    {
        await using var app = await SandboxApp.StartAsync(App);
        app.Get<Microsoft.Extensions.Options.IOptions<ShopifyOptions>>().Value.ClientSecret = "another-secret-of-the-app";

        var failure = await Assert.ThrowsAsync<ConnectorException>(() => app.Shopify.GetItemsAsync([Mug], Token));

        Assert.Equal("shopify/token-refused", failure.Code);
        Assert.True(failure.Transient);
        Assert.Equal(TimeSpan.FromHours(1), failure.RetryAfter);
        Assert.Contains("invalid_client: Client authentication failed", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failure.ToString(), StringComparison.Ordinal);
    }
}
