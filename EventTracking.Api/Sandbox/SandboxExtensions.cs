using EventTracking.Api.Documentation;
using EventTracking.Stock.Connectors.Brightpearl;
using EventTracking.Stock.Connectors.Shopify;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EventTracking.Api.Sandbox;

/// <summary>Composes the sandbox. Outside Development both methods do nothing.</summary>
internal static class SandboxExtensions
{
    public const string Enabled = "Sandbox:Enabled";
    public const string Echo = "Sandbox:Echo";
    public const string BrightpearlCallsPerMinute = "Sandbox:BrightpearlCallsPerMinute";

    /// <summary>Adds a small Shopify and a small Brightpearl, and sends calls for the host <c>sandbox</c> to this process.</summary>
    public static WebApplicationBuilder AddSandbox(this WebApplicationBuilder builder)
    {
        if (!IsOn(builder.Environment, builder.Configuration))
        {
            return builder;
        }

        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<SandboxState>();
        services.AddSingleton<ShopifyFaults>();
        services.AddSingleton<BrightpearlFaults>();
        services.AddSingleton<ShopifySandboxTokens>();
        services.AddSingleton<BrightpearlSandboxTokens>();
        var calls = builder.Configuration.GetValue(BrightpearlCallsPerMinute, BrightpearlSandboxBudget.Usual);
        services.AddSingleton(services => new BrightpearlSandboxBudget(calls, services.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ShopifySandboxQueries>();
        services.AddSingleton<ShopifySandboxMutations>();
        services.AddSingleton<ShopifySandboxApi>();
        services.AddSingleton<BrightpearlSandboxApi>();
        services.AddSingleton<SandboxAddress>();
        services.AddSingleton<SandboxWebhooks>();
        services.AddSingleton(new SandboxSettings { Echo = !IsFalse(builder.Configuration[Echo]) });
        services.AddHostedService<SandboxEchoes>();
        services.AddSandboxValidators();
        services.AddDocument(SandboxControlEndpoints.Document, "Sandbox");
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, SandboxJson.Default));
        foreach (var client in new[] { nameof(ShopifyClient), nameof(ShopifyTokens), nameof(BrightpearlClient), nameof(SharedTokens) })
        {
            services.AddHttpClient(client).AddHttpMessageHandler(services => new SandboxAddressHandler(services.GetRequiredService<SandboxAddress>()));
        }

        services.AddHttpClient(SandboxWebhooks.Client);
        return builder;
    }

    /// <summary>Maps both sides and the routes that control them.</summary>
    public static WebApplication MapSandbox(this WebApplication app)
    {
        if (IsOn(app.Environment, app.Configuration))
        {
            app.MapShopifySandbox();
            app.MapBrightpearlSandbox();
            app.MapSandboxTokens();
            app.MapSandboxControl();
        }

        return app;
    }

    public static bool IsOn(IHostEnvironment environment, IConfiguration configuration) =>
        environment.IsDevelopment() && !IsFalse(configuration[Enabled]);

    private static bool IsFalse(string? text) => bool.TryParse(text, out var value) && !value;
}
