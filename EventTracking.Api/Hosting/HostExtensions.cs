using EventTracking.Api.Hosting.Lambda;
using EventTracking.Api.Hosting.Local;

namespace EventTracking.Api.Hosting;

/// <summary>The choice of the host: Lambda where its Runtime API is, else a server of its own that runs the functions too.</summary>
internal static class HostExtensions
{
    public static IServiceCollection AddHost(this IServiceCollection services, IConfiguration configuration) =>
        configuration[RuntimeApi.Setting] is { Length: > 0 } ? services.AddLambdaHost(configuration) : services.AddLocalHost(configuration);
}
