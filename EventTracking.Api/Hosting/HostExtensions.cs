using EventTracking.Api.Hosting.Lambda;
using EventTracking.Api.Hosting.Local;

namespace EventTracking.Api.Hosting;

/// <summary>Chooses the host: Lambda if its Runtime API is configured, otherwise a server that also runs the functions.</summary>
internal static class HostExtensions
{
    public static IServiceCollection AddHost(this IServiceCollection services, IConfiguration configuration) =>
        configuration[RuntimeApi.Setting] is { Length: > 0 } ? services.AddLambdaHost(configuration) : services.AddLocalHost(configuration);
}
