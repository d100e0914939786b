using EventTracking.Api.Authorization;
using EventTracking.Api.Documentation;
using EventTracking.Api.Events;
using EventTracking.Api.Hosting.Local;
using EventTracking.Api.Observability;
using EventTracking.Api.Sandbox;
using EventTracking.Core;

namespace EventTracking.Api.Configuration;

/// <summary>The settings that the API itself reads, wherever it runs: that of another host or environment is not misspelt.</summary>
internal static class ApiSettings
{
    public static IServiceCollection AddApiSettings(this IServiceCollection services) => services
        .AddSettings<ApiKeyEntry>($"{ApiKeyEntry.Section}:*")
        .AddSettings<TelemetryOptions>(TelemetryOptions.Section)
        .AddSettings(
            LocalHostExtensions.Enabled,
            ObservabilityExtensions.EmfEnabled,
            ObservabilityExtensions.EmfNamespace,
            SwaggerExtensions.Enabled,
            SandboxExtensions.Enabled,
            SandboxExtensions.Echo,
            SandboxExtensions.BrightpearlCallsPerMinute);
}
