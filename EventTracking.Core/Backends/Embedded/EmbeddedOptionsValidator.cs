using EventTracking.Core.Configuration;
using Microsoft.Extensions.Options;

namespace EventTracking.Core.Backends.Embedded;

internal sealed class EmbeddedOptionsValidator : IValidateOptions<EmbeddedOptions>
{
    public ValidateOptionsResult Validate(string? name, EmbeddedOptions options)
    {
        var settings = new SettingsValidation(EmbeddedOptions.Section);
        settings.Require(options.MaxDatabaseBytes is null or > 0, nameof(options.MaxDatabaseBytes), "be greater than 0, or not be set", options.MaxDatabaseBytes);
        return settings.Result;
    }
}
