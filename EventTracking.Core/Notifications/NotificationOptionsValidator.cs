using EventTracking.Core.Configuration;
using Microsoft.Extensions.Options;

namespace EventTracking.Core.Notifications;

/// <summary>Validates the settings of notifications when the host starts.</summary>
internal sealed class NotificationOptionsValidator : IValidateOptions<NotificationOptions>
{
    private const int LeastSecret = 16;
    private const int MaxRate = 1_000_000;

    public ValidateOptionsResult Validate(string? name, NotificationOptions options)
    {
        var settings = new SettingsValidation(NotificationOptions.Section);
        settings.RequireSecret(
            options.Url is null || (Uri.TryCreate(options.Url, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback))),
            nameof(options.Url),
            "be an absolute https address");
        settings.Require(Enum.IsDefined(options.Format), nameof(options.Format), "be 'Slack' or 'Json'", options.Format);
        settings.RequireSecret(
            options.Url is null || options.Format != NotificationFormat.Json || options.Secret is { Length: >= LeastSecret },
            nameof(options.Secret),
            $"have at least {LeastSecret} characters, because notifications in the format Json are signed with it");
        if (options.Link is not null)
        {
            settings.RequireAddress(nameof(options.Link), options.Link);
        }

        settings.RequireRange(nameof(options.RatePerHour), options.RatePerHour, 0, MaxRate);
        settings.RequirePositive(nameof(options.WaitingLongerThan), options.WaitingLongerThan, TimeSpan.FromDays(365));
        return settings.Result;
    }
}
