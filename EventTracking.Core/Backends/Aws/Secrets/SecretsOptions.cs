using EventTracking.Core.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace EventTracking.Core.Backends.Aws.Secrets;

/// <summary>Where secrets are kept, from the configuration section <c>EventTracking:Secrets</c>.</summary>
internal sealed class SecretsOptions
{
    public const string Section = "EventTracking:Secrets";

    /// <summary>
    /// Path in SSM Parameter Store, e.g. <c>/event-tracking</c>. If it is not set, secrets come from the other
    /// configuration sources.
    /// </summary>
    public string? SsmPath { get; set; }

    /// <summary>Maximum age of the secrets when they are used; older ones are all read again.</summary>
    public TimeSpan RefreshInterval { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Returns null if secrets come from the other configuration sources.</summary>
    /// <exception cref="OptionsValidationException">The section is not valid.</exception>
    public static SecretsOptions? From(IConfiguration configuration)
    {
        var options = configuration.GetSection(Section).Get<SecretsOptions>();
        if (string.IsNullOrEmpty(options?.SsmPath))
        {
            return null;
        }

        var settings = new SettingsValidation(Section);
        settings.Require(
            options.SsmPath.StartsWith('/') && options.SsmPath.Length >= 2 && !options.SsmPath.EndsWith('/'),
            nameof(SsmPath),
            "be a path in SSM Parameter Store such as '/event-tracking', without a slash at its end",
            options.SsmPath);
        settings.RequirePositive(nameof(RefreshInterval), options.RefreshInterval, TimeSpan.FromHours(1));
        settings.ThrowIfInvalid(typeof(SecretsOptions));
        return options;
    }
}
