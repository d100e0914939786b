using EventTracking.Core;
using EventTracking.Core.Observability;
using EventTracking.Core.Secrets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EventTracking.Stock.Connectors;

/// <summary>What both connectors need of the container.</summary>
internal static class ConnectorExtensions
{
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(2);

    /// <summary>One pipeline a connector, for as long as the process lives.</summary>
    public static IServiceCollection AddConnectorPipeline(this IServiceCollection services, string connector, Func<IServiceProvider, ConnectorSettings> settings)
    {
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<Chance>();
        services.TryAddSingleton<EventTrackingMetrics>();
        services.TryAddSingleton(new SecretRedactor([]));
        services.TryAddSingleton(new SecretRefresh());
        return services.AddKeyedSingleton(connector, (services, _) => new ConnectorPipeline(
            settings(services),
            services.GetRequiredService<EventTrackingMetrics>(),
            services.GetRequiredService<Chance>(),
            services.GetRequiredService<TimeProvider>()));
    }

    /// <summary>Puts the connector's pipeline around the client and leaves all time-outs to it.</summary>
    public static IHttpClientBuilder Protect(this IHttpClientBuilder client, string connector) => client

        // Handlers are kept for good, so that long-lived services may hold a client; connections are not, so that
        // a changed address is noticed. A redirect would take the token along, so none is followed.
        .UseSocketsHttpHandler(static (handler, _) =>
        {
            handler.PooledConnectionLifetime = ConnectionLifetime;
            handler.AllowAutoRedirect = false;
            handler.UseCookies = false;
        })
        .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
        .ConfigureHttpClient(static http => http.Timeout = Timeout.InfiniteTimeSpan)

        // Calls are told of by metrics and spans; the factory's own log lines would be four for each of them.
        .RemoveAllLoggers()
        .AddHttpMessageHandler(services => new ResilienceHandler(services.GetRequiredKeyedService<ConnectorPipeline>(connector), services.GetRequiredService<SecretRedactor>()));

    /// <summary>The address with the closing slash without which its last segment would be replaced.</summary>
    public static Uri Folder(Uri address) => address.AbsoluteUri.EndsWith('/') ? address : new Uri(address.AbsoluteUri + "/");
}
