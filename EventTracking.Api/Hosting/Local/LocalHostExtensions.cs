namespace EventTracking.Api.Hosting.Local;

/// <summary>The functions and the sweeper as background work of this process.</summary>
internal static class LocalHostExtensions
{
    public static IServiceCollection AddLocalHost(this IServiceCollection services)
    {
        services.AddHostedService<FunctionWorker>();
        services.AddHostedService<SweepWorker>();
        return services;
    }
}
