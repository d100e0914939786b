using EventTracking.Stock;

namespace EventTracking.Api.Integrations;

/// <summary>The integrations that the service runs and that <c>provision</c> creates queues for.</summary>
internal static class IntegrationExtensions
{
    /// <summary>Adds one after the other; each is a line here.</summary>
    public static IServiceCollection AddIntegrations(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddStockIntegration(configuration);
        return services;
    }
}
