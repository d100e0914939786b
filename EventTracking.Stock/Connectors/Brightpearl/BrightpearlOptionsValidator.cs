using EventTracking.Core.Configuration;
using Microsoft.Extensions.Options;

namespace EventTracking.Stock.Connectors.Brightpearl;

internal sealed class BrightpearlOptionsValidator : IValidateOptions<BrightpearlOptions>
{
    private const int MinKeyLength = 16;
    private const int MaxRequestsPerMinute = 10_000;

    public ValidateOptionsResult Validate(string? name, BrightpearlOptions options)
    {
        var settings = new SettingsValidation(BrightpearlOptions.Section);
        settings.Require(IsPathSegment(options.Account), nameof(options.Account), "be the account code, in letters, digits, '-', '_', '.' and '~'", options.Account);
        settings.RequireAddress(nameof(options.BaseAddress), options.BaseAddress);
        settings.RequireHeaderSecret(nameof(options.AppRef), options.AppRef, "the reference of the app");
        RequireToken(settings, options);
        settings.RequireSecrets(
            nameof(options.WebhookKeys),
            options.WebhookKeys,
            key => key.Length >= MinKeyLength && IsPathSegment(key),
            $"at least one path key, each of {MinKeyLength} or more letters, digits, '-', '_', '.' or '~'");
        settings.RequireRange(nameof(options.RequestsPerMinute), options.RequestsPerMinute, 1, MaxRequestsPerMinute);
        settings.RequireTimeouts(options.CallTimeout, options.TryTimeout);
        return settings.Result;
    }

    private static void RequireToken(SettingsValidation settings, BrightpearlOptions options)
    {
        var oauth = options.OAuth;
        if (!oauth.IsUsed)
        {
            settings.RequireHeaderSecret(nameof(options.StaffToken), options.StaffToken, "the staff token of the private app, unless OAuth:RefreshToken is set");
            settings.RequireSecret(string.IsNullOrEmpty(oauth.ClientSecret), "OAuth:ClientSecret", "not be set without OAuth:RefreshToken");
            settings.RequireSecret(string.IsNullOrEmpty(oauth.DeveloperRef), "OAuth:DeveloperRef", "not be set without OAuth:RefreshToken");
            return;
        }

        settings.RequireSecret(string.IsNullOrEmpty(options.StaffToken), nameof(options.StaffToken), "not be set together with OAuth:RefreshToken");
        settings.RequireHeaderSecret("OAuth:DeveloperRef", oauth.DeveloperRef, "the reference of the developer account");
        settings.RequireAddress("OAuth:BaseAddress", oauth.BaseAddress);
    }

    private static bool IsPathSegment(string? text) =>
        !string.IsNullOrEmpty(text) && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.' or '~');
}
