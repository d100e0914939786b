using EventTracking.Core.Activities;
using EventTracking.Core.Functions;
using EventTracking.Core.Resilience;
using EventTracking.Core.Secrets;
using EventTracking.Stock.Observability;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EventTracking.Stock.Connectors;

/// <summary>Registrations that both connectors share.</summary>
internal static class ConnectorExtensions
{
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(2);

    /// <summary>Adds one pipeline per connector, which lives as long as the process.</summary>
    public static IServiceCollection AddConnectorPipeline(this IServiceCollection services, string connector, Func<IServiceProvider, ConnectorSettings> settings)
    {
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<RandomSource>();
        services.TryAddSingleton(new ActivityCounters());
        services.TryAddSingleton<StockMetrics>();
        services.TryAddSingleton(new SecretRedactor([]));
        services.TryAddSingleton(new SecretRefresh());
        return services.AddKeyedSingleton(connector, (services, _) => new ConnectorPipeline(
            settings(services),
            services.GetRequiredService<StockMetrics>(),
            services.GetRequiredService<RandomSource>(),
            services.GetRequiredService<TimeProvider>()));
    }

    /// <summary>Wraps the client in the connector's pipeline, which handles all time-outs.</summary>
    public static IHttpClientBuilder Protect(this IHttpClientBuilder client, string connector) => client

        // Handlers never expire, so that long-lived services may hold a client. Connections do expire, so that a changed
        // address is noticed. Redirects are not followed, because they would take the token along.
        .UseSocketsHttpHandler(static (handler, _) =>
        {
            handler.PooledConnectionLifetime = ConnectionLifetime;
            handler.AllowAutoRedirect = false;
            handler.UseCookies = false;
        })
        .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
        .ConfigureHttpClient(static http => http.Timeout = Timeout.InfiniteTimeSpan)

        // Metrics and spans report the calls; the client factory would log four more lines for each of them.
        .RemoveAllLoggers()
        .AddHttpMessageHandler(() => new OutgoingCallHandler(connector))
        .AddHttpMessageHandler(services => new ResilienceHandler(services.GetRequiredKeyedService<ConnectorPipeline>(connector), services.GetRequiredService<SecretRedactor>()));

    /// <summary>Returns the address with a trailing slash, without which relative addresses would replace its last segment.</summary>
    public static Uri Folder(Uri address) => address.AbsoluteUri.EndsWith('/') ? address : new Uri(address.AbsoluteUri + "/");
}
