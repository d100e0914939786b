using Microsoft.AspNetCore.Authorization;

namespace EventTracking.Api.Authorization;

internal static class AuthorizationExtensions
{
    public static IServiceCollection AddApiKeys(this IServiceCollection services)
    {
        services.AddSingleton<AcceptedKeys>();
        services.AddSingleton<FailedAttempts>();
        services.AddSingleton<RefusalLog>();

        // Only the core of authentication: keys need no data protection, which would read and write files at every start.
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

    /// <summary>Accepts only a key: an identity that the host supplies, e.g. from an API Gateway authorizer, grants nothing here.</summary>
    private static AuthorizationPolicyBuilder WithKey() => new(ApiKeyHandler.Scheme);

    // A route without a policy stays closed. Where no route matches there is nothing to protect, and 404 or 405 is more useful
    // to a caller than 401: there is no endpoint then, or one that routing generated.
    private static bool IsKnownOrNowhere(AuthorizationHandlerContext context) =>
        context.User.Identity is { IsAuthenticated: true } || (context.Resource as HttpContext)?.GetEndpoint() is not RouteEndpoint;
}
