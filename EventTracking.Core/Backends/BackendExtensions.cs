using EventTracking.Core.Backends.Aws;
using EventTracking.Core.Backends.Embedded;
using EventTracking.Core.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EventTracking.Core.Backends;

/// <summary>Registers the configured backend.</summary>
public static class BackendExtensions
{
    /// <summary>The setting that chooses the backend.</summary>
    internal const string Setting = $"{EventTrackingOptions.Section}:{Backend}";

    private const string Backend = nameof(Backend);
    private const string Embedded = nameof(Embedded);
    private const string Aws = nameof(Aws);

    /// <summary>Adds the stores of the configured backend: embedded, unless the configuration says otherwise.</summary>
    /// <exception cref="OptionsValidationException">The configured backend does not exist.</exception>
    public static IServiceCollection AddBackend(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var name = configuration[Setting] ?? Embedded;
        var isAws = name.Equals(Aws, StringComparison.OrdinalIgnoreCase);
        var settings = new SettingsValidation(EventTrackingOptions.Section);
        settings.Require(isAws || name.Equals(Embedded, StringComparison.OrdinalIgnoreCase), Backend, $"be '{Embedded}' or '{Aws}'", name);
        settings.ThrowIfInvalid(typeof(EventTrackingOptions));
        return isAws ? services.AddAwsBackend() : services.AddEmbeddedBackend();
    }
}
