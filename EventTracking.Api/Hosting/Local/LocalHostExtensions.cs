namespace EventTracking.Api.Hosting.Local;

/// <summary>The functions and the sweeper as background work of this process.</summary>
internal static class LocalHostExtensions
{
    /// <summary>Off in a process that only takes in and shows, so that it can be stopped and measured apart from the work.</summary>
    private const string Enabled = "EventTracking:Worker:Enabled";

    public static IServiceCollection AddLocalHost(this IServiceCollection services, IConfiguration configuration)
    {
        if (!configuration.GetValue(Enabled, defaultValue: true))
        {
            return services;
        }

        services.AddHostedService<FunctionWorker>();
        services.AddHostedService<SweepWorker>();
        return services;
    }
}
