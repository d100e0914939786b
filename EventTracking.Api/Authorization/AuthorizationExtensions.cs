using Microsoft.AspNetCore.Authorization;

namespace EventTracking.Api.Authorization;

internal static class AuthorizationExtensions
{
    public static IServiceCollection AddApiKeys(this IServiceCollection services)
    {
        services.AddSingleton<AcceptedKeys>();
        services.AddSingleton<FailedAttempts>();

        // Not all of authentication: keys need no data protection, which would read and write files at every start.
        services.AddWebEncoders();
        services.AddTransient<ApiKeyHandler>();
        services.AddAuthenticationCore(options =>
        {
            options.DefaultScheme = ApiKeyHandler.Scheme;
            options.AddScheme<ApiKeyHandler>(ApiKeyHandler.Scheme, displayName: null);
        });
        services.AddAuthorizationBuilder()
            .AddPolicy(Roles.Viewer, Holding(Roles.Viewer))
            .AddPolicy(Roles.Operator, Holding(Roles.Operator))
            .SetFallbackPolicy(WithKey().RequireAssertion(IsKnownOrNowhere).Build());
        return services;
    }

    private static AuthorizationPolicy Holding(string role) => WithKey().RequireRole(role).Build();

    /// <summary>Of a key alone: whom the host takes a caller for, e.g. by an authorizer of API Gateway, opens nothing here.</summary>
    private static AuthorizationPolicyBuilder WithKey() => new(ApiKeyHandler.Scheme);

    // A route that nobody gave a policy stays closed. Where there is no route there is nothing to guard, and 404 or 405
    // tells a caller more than 401: those are no endpoint, or one that routing made up.
    private static bool IsKnownOrNowhere(AuthorizationHandlerContext context) =>
        context.User.Identity is { IsAuthenticated: true } || (context.Resource as HttpContext)?.GetEndpoint() is not RouteEndpoint;
}
