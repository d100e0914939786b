using System.Text.Json.Nodes;
using EventTracking.Stock.Connectors.Brightpearl;
using EventTracking.Stock.Connectors.Shopify;
using Microsoft.Extensions.Options;

namespace EventTracking.Api.Sandbox;

/// <summary>The token endpoints of both sides.</summary>
internal static class SandboxTokenEndpoints
{
    public static void MapSandboxTokens(this IEndpointRouteBuilder routes)
    {
        var tokens = routes.MapGroup("/sandbox").AllowAnonymous().ExcludeFromDescription();
        tokens.MapPost("/shopify/admin/oauth/access_token", IssueForShopifyAsync);
        tokens.MapPost("/brightpearl-oauth/token/{account}", IssueForBrightpearlAsync);
    }

    private static async Task<IResult> IssueForShopifyAsync(HttpRequest request, IOptions<ShopifyOptions> options, ShopifySandboxTokens tokens)
    {
        var form = await request.ReadFormAsync(request.HttpContext.RequestAborted);
        if (form["grant_type"] != "client_credentials" || string.IsNullOrEmpty(options.Value.ClientId) || form["client_id"] != options.Value.ClientId || form["client_secret"] != options.Value.ClientSecret)
        {
            return Refuse("invalid_client", "Client authentication failed");
        }

        return SandboxResponses.Json(new JsonObject { ["access_token"] = tokens.Issue(), ["scope"] = "read_inventory,write_inventory,read_products", ["expires_in"] = (int)tokens.Lifetime.TotalSeconds - 1 });
    }

    private static async Task<IResult> IssueForBrightpearlAsync(string account, HttpRequest request, IOptions<BrightpearlOptions> options, BrightpearlSandboxTokens tokens)
    {
        var form = await request.ReadFormAsync(request.HttpContext.RequestAborted);
        var expected = options.Value;
        if (account != expected.Account || form["client_id"] != expected.AppRef || (expected.OAuth.ClientSecret is { Length: > 0 } secret && form["client_secret"] != secret))
        {
            return Refuse("invalid_client", "The client could not be authenticated");
        }

        if (form["grant_type"] != "refresh_token" || tokens.Rotate(form["refresh_token"], expected.OAuth.RefreshToken) is not { } next)
        {
            return Refuse("invalid_grant", "The refresh token is not valid");
        }

        return SandboxResponses.Json(new JsonObject
        {
            ["access_token"] = tokens.Issue(),
            ["token_type"] = "bearer",
            ["expires_in"] = (int)tokens.Lifetime.TotalSeconds,
            ["refresh_token"] = next,
            ["api_domain"] = request.Host.Value,
        });
    }

    private static IResult Refuse(string error, string description) =>
        SandboxResponses.Json(new JsonObject { ["error"] = error, ["error_description"] = description }, StatusCodes.Status400BadRequest);
}
