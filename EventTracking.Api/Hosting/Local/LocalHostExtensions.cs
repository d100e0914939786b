namespace EventTracking.Api.Hosting.Local;

/// <summary>Runs the functions, the sweeper and the compaction as background services of this process.</summary>
internal static class LocalHostExtensions
{
    /// <summary>False in a process that only serves the API, so that it can be stopped and measured separately from the functions.</summary>
    public const string Enabled = "EventTracking:Worker:Enabled";

    public static IServiceCollection AddLocalHost(this IServiceCollection services, IConfiguration configuration)
    {
        if (!configuration.GetValue(Enabled, defaultValue: true))
        {
            return services;
        }

        services.AddHostedService<FunctionWorker>();
        services.AddHostedService<SweepWorker>();
        services.AddHostedService<ReplayWorker>();
        services.AddHostedService<CompactionWorker>();
        return services;
    }
}
