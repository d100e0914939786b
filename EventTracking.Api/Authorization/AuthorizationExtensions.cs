using EventTracking.Core;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;

namespace EventTracking.Api.Authorization;

internal static class AuthorizationExtensions
{
    public static IServiceCollection AddApiKeys(this IServiceCollection services)
    {
        services.AddSingleton(CreateRing);
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

    private static ApiKeyRing CreateRing(IServiceProvider services)
    {
        var configuration = services.GetRequiredService<IConfiguration>();
        var entries = configuration.GetSection(ApiKeyEntry.Section).Get<ApiKeyEntry[]>() ?? [];
        if (entries.Length == 0 && services.GetRequiredService<IHostEnvironment>().IsDevelopment())
        {
            var dataPath = configuration[$"{EventTrackingOptions.Section}:{nameof(EventTrackingOptions.DataPath)}"] ?? new EventTrackingOptions().DataPath;
            entries = new DevelopmentKey(dataPath, services.GetRequiredService<ILogger<DevelopmentKey>>()).LoadOrCreate();
        }

        if (entries.Length == 0)
        {
            throw new OptionsValidationException(ApiKeyEntry.Section, typeof(ApiKeyEntry),
                [$"There is no API key in {ApiKeyEntry.Section}, so nobody could use the service. Make one with 'keys new --name <who> --role operator' and configure the line that it prints."]);
        }

        return new ApiKeyRing(entries);
    }
}
