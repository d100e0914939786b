using EventTracking.Core.Configuration;
using Microsoft.Extensions.Options;

namespace EventTracking.Stock.Connectors.Shopify;

internal sealed class ShopifyOptionsValidator : IValidateOptions<ShopifyOptions>
{
    public ValidateOptionsResult Validate(string? name, ShopifyOptions options)
    {
        var settings = new SettingsValidation(ShopifyOptions.Section);
        settings.Require(
            Uri.CheckHostName(options.ShopDomain) == UriHostNameType.Dns,
            nameof(options.ShopDomain),
            "be the store's domain, e.g. 'example-store.myshopify.com'",
            options.ShopDomain);
        if (options.BaseAddress is { } address)
        {
            settings.RequireAddress(nameof(options.BaseAddress), address);
        }

        settings.Require(
            ShopifyVersion.Find(options.ApiVersion) is not null,
            nameof(options.ApiVersion),
            $"be a version of the Admin API from '{ShopifyVersion.First}' to '{ShopifyVersion.Last}', or '{ShopifyVersion.Unstable}'",
            options.ApiVersion);
        RequireToken(settings, options);
        settings.RequireSecrets(
            nameof(options.WebhookSecrets), options.WebhookSecrets, secret => !string.IsNullOrWhiteSpace(secret), "at least one client secret, and no empty one");
        settings.RequireTimeouts(options.CallTimeout, options.TryTimeout);
        return settings.Result;
    }

    private static void RequireToken(SettingsValidation settings, ShopifyOptions options)
    {
        if (string.IsNullOrEmpty(options.ClientId) && string.IsNullOrEmpty(options.ClientSecret))
        {
            settings.RequireHeaderSecret(nameof(options.AccessToken), options.AccessToken, "the access token of the Admin API, unless ClientId and ClientSecret are set");
            return;
        }

        settings.Require(options.ClientId is { } id && id.All(char.IsAsciiLetterOrDigit) && id.Length > 0, nameof(options.ClientId), "be the client id of the app, in letters and digits", options.ClientId);
        settings.RequireHeaderSecret(nameof(options.ClientSecret), options.ClientSecret, "the client secret of the app");
        settings.RequireSecret(string.IsNullOrEmpty(options.AccessToken), nameof(options.AccessToken), "not be set together with ClientId, which fetches tokens");
    }
}
