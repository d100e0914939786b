using System.Security.Claims;
using EventTracking.Core.Configuration;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace EventTracking.Api.Authorization;

/// <summary>The keys that the configuration currently accepts. If its source is reloaded, keys are added and removed without a restart.</summary>
internal sealed class AcceptedKeys
{
    private readonly IConfiguration configuration;
    private readonly IHostEnvironment environment;
    private readonly ILogger<DevelopmentKey> logger;
    private volatile ApiKeyRing ring;

    /// <exception cref="OptionsValidationException">There is no key, or an entry is not valid; the message names the entry.</exception>
    public AcceptedKeys(IConfiguration configuration, IHostEnvironment environment, ILogger<DevelopmentKey> logger)
    {
        (this.configuration, this.environment, this.logger) = (configuration, environment, logger);
        ring = Read();
        ChangeToken.OnChange(configuration.GetReloadToken, () => ring = Read());
    }

    /// <summary>The holder of the key, or null if the key is unknown.</summary>
    public ClaimsPrincipal? Find(ReadOnlySpan<char> key) => ring.Find(key);

    private ApiKeyRing Read()
    {
        var entries = configuration.GetSection(ApiKeyEntry.Section).Get<ApiKeyEntry[]>() ?? [];
        if (entries.Length == 0 && environment.IsDevelopment())
        {
            var dataPath = configuration[$"{EventTrackingOptions.Section}:{nameof(EventTrackingOptions.DataPath)}"] ?? new EventTrackingOptions().DataPath;
            entries = new DevelopmentKey(dataPath, logger).LoadOrCreate();
        }

        var settings = new SettingsValidation(EventTrackingOptions.Section);
        settings.Require(
            entries.Length > 0,
            ApiKeyEntry.Keys,
            "hold at least one key",
            null,
            "Make one with 'keys new --name <who> --role operator' and configure the line that it prints.");
        settings.ThrowIfInvalid(typeof(ApiKeyEntry));
        return new ApiKeyRing(entries);
    }
}
