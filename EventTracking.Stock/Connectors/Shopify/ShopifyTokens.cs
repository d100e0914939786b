using EventTracking.Core.Secrets;
using EventTracking.Stock.Connectors.Tokens;
using Microsoft.Extensions.Options;

namespace EventTracking.Stock.Connectors.Shopify;

/// <summary>
/// The access token of the Admin API: a static one, as the admin issued it until the end of 2025, or one of the client credentials
/// grant, which lives 24 hours: https://shopify.dev/docs/apps/build/authentication-authorization/client-credentials-grant
/// Each process has its own, because Shopify accepts several at a time.
/// </summary>
internal sealed class ShopifyTokens
{
    private const string Path = "admin/oauth/access_token";

    private readonly IOptionsMonitor<ShopifyOptions> options;
    private readonly SecretRefresh secrets;
    private readonly TokenEndpoint endpoint;
    private readonly TokenCache cache;

    public ShopifyTokens(HttpClient http, IOptionsMonitor<ShopifyOptions> options, SecretRefresh secrets, SecretRedactor redactor, TimeProvider time)
    {
        (this.options, this.secrets) = (options, secrets);
        endpoint = new TokenEndpoint(http, ShopifyGraph.Connector, "Shopify");
        cache = new TokenCache(FetchAsync, redactor, time);
    }

    /// <exception cref="ConnectorException">Shopify issued no token.</exception>
    public async ValueTask<string> GetAsync(CancellationToken cancellationToken)
    {
        await secrets.RunAsync(cancellationToken);
        return options.CurrentValue.AccessToken is { Length: > 0 } fixedToken ? fixedToken : await cache.GetAsync(cancellationToken);
    }

    /// <summary>Reports that Shopify has refused a token. Returns whether the call may succeed with another one.</summary>
    public bool Refuse(string token) => string.IsNullOrEmpty(options.CurrentValue.AccessToken) && cache.Refuse(token);

    private async Task<AccessToken> FetchAsync(string? refused)
    {
        var current = options.CurrentValue;
        var issued = await endpoint.AskAsync(
            Path, [new("grant_type", "client_credentials"), new("client_id", current.ClientId ?? ""), new("client_secret", current.ClientSecret ?? "")]);
        return new AccessToken(issued.AccessToken, issued.Lifetime, IsNew: true);
    }
}
