using EventTracking.Core.Backends;
using EventTracking.Core.Backends.Aws.Secrets;
using EventTracking.Core.Secrets;

namespace EventTracking.Api.Hosting;

/// <summary>Secrets from SSM Parameter Store, where <c>EventTracking:Secrets:SsmPath</c> names a path of it.</summary>
internal static class SecretsExtensions
{
    /// <summary>What the service cannot do without.</summary>
    public static IReadOnlyList<string> Required { get; } =
        ["Shopify/AccessToken", "Shopify/WebhookSecrets/*", "Brightpearl/StaffToken", "Brightpearl/WebhookKeys/*", "EventTracking/ApiKeys/*"];

    /// <summary>Before anything is composed, since it is composed of the configuration.</summary>
    /// <exception cref="BackendException">They could not be read, or one is missing.</exception>
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

    /// <summary>First of all: what a request is checked against is to be up to date.</summary>
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
