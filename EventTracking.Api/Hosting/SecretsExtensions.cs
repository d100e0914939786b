using EventTracking.Core.Backends;
using EventTracking.Core.Backends.Aws.Secrets;
using EventTracking.Core.Secrets;

namespace EventTracking.Api.Hosting;

/// <summary>Reads secrets from SSM Parameter Store if <c>EventTracking:Secrets:SsmPath</c> names a path there.</summary>
internal static class SecretsExtensions
{
    /// <summary>The secrets that the service requires; either of two that are separated by a bar.</summary>
    public static IReadOnlyList<string> Required { get; } =
        ["Shopify/AccessToken|Shopify/ClientSecret", "Shopify/WebhookSecrets/*", "Brightpearl/StaffToken|Brightpearl/OAuth/RefreshToken", "Brightpearl/WebhookKeys/*", "EventTracking/ApiKeys/*"];

    /// <summary>Called before the service is composed, because the composition uses the configuration.</summary>
    /// <exception cref="BackendException">The secrets could not be read, or one is missing.</exception>
    public static async Task AddSecretsAsync(this WebApplicationBuilder builder)
    {
        if (SecretsOptions.From(builder.Configuration) is { SsmPath: { } path } options)
        {
            var parameters = new SecretParameters(SecretParameters.CreateClient(), path);
            var store = new SecretStore(parameters, builder.Configuration, Required, options.RefreshInterval, TimeProvider.System);
            await store.OpenAsync(CancellationToken.None);
            builder.Services.AddSingleton(store);
            builder.Services.AddSingleton(new SecretRefresh(store.RefreshAsync));
        }
    }

    /// <summary>The first middleware, so that every request is checked against current secrets.</summary>
    public static WebApplication UseSecrets(this WebApplication app)
    {
        if (app.Services.GetService<SecretStore>() is { } store)
        {
            store.Logger = app.Services.GetRequiredService<ILogger<SecretStore>>();
            app.Use(async (context, next) =>
            {
                await store.RefreshAsync(context.RequestAborted);
                await next(context);
            });
        }

        return app;
    }
}
