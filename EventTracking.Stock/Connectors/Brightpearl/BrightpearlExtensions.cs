using System.Diagnostics.CodeAnalysis;
using EventTracking.Core.Secrets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EventTracking.Stock.Connectors.Brightpearl;

/// <summary>Composition of the Brightpearl connector.</summary>
internal static class BrightpearlExtensions
{
    /// <summary>Adds verification and reading of Brightpearl's webhooks and the client of its REST API, set up by the section <c>Brightpearl</c>.</summary>
    /// <param name="services">The container.</param>
    /// <param name="configuration">Has the section.</param>
    /// <param name="idSetFunction">The function that webhooks go to which name no id, or several.</param>
    public static IServiceCollection AddBrightpearl([NotNull] this IServiceCollection services, [NotNull] IConfiguration configuration, string idSetFunction)
    {
        services.AddSingleton<IValidateOptions<BrightpearlOptions>, BrightpearlOptionsValidator>();
        services.AddOptions<BrightpearlOptions>().Bind(configuration.GetSection(BrightpearlOptions.Section)).ValidateOnStart();
        services.AddSingleton(provider => new BrightpearlWebhooks(provider.GetRequiredService<IOptionsMonitor<BrightpearlOptions>>(), idSetFunction));
        services
            .AddConnectorPipeline(BrightpearlApi.Connector, static services => Settings(services.GetRequiredService<IOptions<BrightpearlOptions>>().Value))
            .AddHttpClient(nameof(BrightpearlClient))
            .AddTypedClient(static (http, services) => new BrightpearlClient(
                http, services.GetRequiredService<IOptionsMonitor<BrightpearlOptions>>(), services.GetRequiredService<SecretRefresh>()))
            .ConfigureHttpClient(static (services, http) =>
                http.BaseAddress = ConnectorExtensions.Folder(services.GetRequiredService<IOptions<BrightpearlOptions>>().Value.BaseAddress!))
            .Protect(BrightpearlApi.Connector);
        return services;
    }

    private static ConnectorSettings Settings(BrightpearlOptions options) => new(BrightpearlApi.Connector, options.CallTimeout, options.TryTimeout)
    {
        RequestsPerMinute = options.RequestsPerMinute,
        NotFoundIsAnResponse = true,
        FindThrottle = BrightpearlThrottle.Find,
    };
}
