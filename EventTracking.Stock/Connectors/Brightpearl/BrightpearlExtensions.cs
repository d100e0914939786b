using System.Diagnostics.CodeAnalysis;
using EventTracking.Core;
using EventTracking.Core.Records;
using EventTracking.Core.Resilience;
using EventTracking.Core.Secrets;
using EventTracking.Stock.Connectors.Tokens;
using EventTracking.Stock.Rules;
using EventTracking.Stock.Vocabulary;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EventTracking.Stock.Connectors.Brightpearl;

/// <summary>Registers the Brightpearl connector.</summary>
internal static class BrightpearlExtensions
{
    /// <summary>Adds the verification and reading of Brightpearl's webhooks and the client for its REST API.</summary>
    /// <param name="services">The container.</param>
    /// <param name="configuration">The configuration. Its section <c>Brightpearl</c> is bound to <see cref="BrightpearlOptions"/> and validated when the host starts.</param>
    /// <param name="idSetFunction">The function that handles webhooks that do not name an event and exactly one id.</param>
    public static IServiceCollection AddBrightpearl([NotNull] this IServiceCollection services, [NotNull] IConfiguration configuration, string idSetFunction)
    {
        services.AddSingleton<IValidateOptions<BrightpearlOptions>, BrightpearlOptionsValidator>();
        services.AddOptions<BrightpearlOptions>().Bind(configuration.GetSection(BrightpearlOptions.Section)).ValidateOnStart();
        services.AddSettings<BrightpearlOptions>(BrightpearlOptions.Section).AddSettings<BrightpearlOAuthOptions>($"{BrightpearlOptions.Section}:{nameof(BrightpearlOptions.OAuth)}");
        services.AddSingleton<BrightpearlReads>();
        services.AddSingleton(provider => new BrightpearlWebhooks(provider.GetRequiredService<IOptionsMonitor<BrightpearlOptions>>(), idSetFunction));

        // The key in the path is ours, but a body that names another account is about other products with the same numbers.
        services.AddAccount(Topics.Brightpearl, static provider => provider.GetRequiredService<IOptions<BrightpearlOptions>>().Value.Account, "other-account");
        services
            .AddRecordCollection(BrightpearlLimit.Collection, BrightpearlJson.Default.BrightpearlPeriod)
            .AddSingleton(static services => new BrightpearlPace(services.GetRequiredService<IOptions<BrightpearlOptions>>().Value.RequestsPerMinute, TimeSpan.FromMinutes(1)))
            .AddSingleton<BrightpearlLimit>()
            .AddConnectorPipeline(BrightpearlApi.Connector, static services => Settings(services.GetRequiredService<IOptions<BrightpearlOptions>>().Value))
            .AddHttpClient(nameof(BrightpearlClient))
            .AddTypedClient(static (http, services) => new BrightpearlClient(
                http, services.GetRequiredService<IOptionsMonitor<BrightpearlOptions>>(), services.GetRequiredService<BrightpearlTokens>(), services.GetRequiredService<StockLocations>()))
            .ConfigureHttpClient(static (services, http) =>
                http.BaseAddress = ConnectorExtensions.Folder(services.GetRequiredService<IOptions<BrightpearlOptions>>().Value.BaseAddress!))
            .Protect(BrightpearlApi.Connector)
            .AddHttpMessageHandler(static services => new BrightpearlLimitHandler(services.GetRequiredService<BrightpearlLimit>(), services.GetRequiredService<TimeProvider>()));
        return services.AddTokens();
    }

    private static IServiceCollection AddTokens(this IServiceCollection services)
    {
        services
            .AddHttpClient(nameof(SharedTokens))
            .ConfigureHttpClient(static (services, http) =>
                http.BaseAddress = ConnectorExtensions.Folder(services.GetRequiredService<IOptions<BrightpearlOptions>>().Value.OAuth.BaseAddress!))
            .Protect(BrightpearlApi.Connector);
        return services
            .AddRecordCollection(SharedTokens.Collection, TokenJson.Default.SharedTokenDocument)
            .AddSingleton(static services => new SharedTokens(
                services.GetRequiredService<RecordCollection<SharedTokenDocument>>(),
                new TokenEndpoint(services.GetRequiredService<IHttpClientFactory>().CreateClient(nameof(SharedTokens)), BrightpearlApi.Connector, "Brightpearl"),
                services.GetRequiredService<IOptionsMonitor<BrightpearlOptions>>(),
                services.GetRequiredService<RandomSource>(),
                services.GetRequiredService<TimeProvider>()))
            .AddSingleton(static services => new BrightpearlTokens(
                services.GetRequiredService<IOptionsMonitor<BrightpearlOptions>>(),
                services.GetRequiredService<SecretRefresh>(),
                services.GetRequiredService<SecretRedactor>(),
                services.GetRequiredService<SharedTokens>,
                services.GetRequiredService<TimeProvider>()));
    }

    private static ConnectorSettings Settings(BrightpearlOptions options) => new(BrightpearlApi.Connector, options.CallTimeout, options.TryTimeout)
    {
        LongestThrottle = TimeSpan.FromMilliseconds(200),
        FindThrottle = BrightpearlThrottle.Find,
        FindRefusal = BrightpearlErrors.FindRefusal,
    };
}
