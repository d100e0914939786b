using System.Globalization;
using Microsoft.Extensions.Options;

namespace EventTracking.Stock.Connectors.Shopify;

internal sealed class ShopifyOptionsValidator : IValidateOptions<ShopifyOptions>
{
    public ValidateOptionsResult Validate(string? name, ShopifyOptions options)
    {
        var problems = new OptionProblems(ShopifyOptions.Section);
        problems.Require(
            Uri.CheckHostName(options.ShopDomain) == UriHostNameType.Dns,
            nameof(options.ShopDomain),
            "must be the store's domain, e.g. example-store.myshopify.com.");
        if (options.BaseAddress is { } address)
        {
            problems.RequireAddress(address);
        }

        problems.Require(
            options.ApiVersion == "unstable" || DateOnly.TryParseExact(options.ApiVersion, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
            nameof(options.ApiVersion),
            "must be a version of the Admin API, e.g. 2026-10.");
        problems.RequireToken(options.AccessToken, nameof(options.AccessToken), "the access token of the Admin API");
        problems.Require(
            options.WebhookSecrets.Count > 0 && options.WebhookSecrets.All(secret => !string.IsNullOrWhiteSpace(secret)),
            nameof(options.WebhookSecrets),
            "must hold at least one client secret, and no empty one.");
        problems.Require(options.LocationId > 0, nameof(options.LocationId), "is missing: the id of the location whose stock is kept.");
        problems.RequireTimes(options.CallTimeout, options.TryTimeout);
        return problems.Result;
    }
}
