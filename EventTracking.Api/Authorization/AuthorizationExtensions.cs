using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;

namespace EventTracking.Api.Authorization;

internal static class AuthorizationExtensions
{
    public static IServiceCollection AddApiKeys(this IServiceCollection services)
    {
        services.AddSingleton<AcceptedKeys>();
        services.AddSingleton<FailedAttempts>();
        services.AddAuthentication(ApiKeyHandler.Scheme)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeyHandler.Scheme, configureOptions: null);
        services.AddAuthorizationBuilder()
            .AddPolicy(Roles.Viewer, policy => policy.RequireRole(Roles.Viewer))
            .AddPolicy(Roles.Operator, policy => policy.RequireRole(Roles.Operator))
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAssertion(IsKnownOrNowhere).Build());
        return services;
    }

    // A route that nobody gave a policy stays closed. Where there is no route there is nothing to guard, and 404 or 405
    // tells a caller more than 401: those are no endpoint, or one that routing made up.
    private static bool IsKnownOrNowhere(AuthorizationHandlerContext context) =>
        context.User.Identity is { IsAuthenticated: true } || (context.Resource as HttpContext)?.GetEndpoint() is not RouteEndpoint;
}
