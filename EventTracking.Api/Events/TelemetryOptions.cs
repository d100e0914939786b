using EventTracking.Core.Configuration;
using Microsoft.Extensions.Options;

namespace EventTracking.Api.Events;

/// <summary>Where traces and logs can be looked at, bound to the configuration section <c>EventTracking</c>.</summary>
internal sealed class TelemetryOptions
{
    public const string Section = "EventTracking";

    /// <summary>The address of a trace, with <c>{traceId}</c> in it; null for X-Ray's console on AWS, and for none elsewhere.</summary>
    public string? TraceUrl { get; set; }

    /// <summary>The address of an event's log lines, with <c>{eventId}</c> or <c>{traceId}</c>, and with <c>{from}</c> and <c>{to}</c> if it needs a time; null for none.</summary>
    public string? LogsUrl { get; set; }
}

/// <summary>Validates the addresses when the host starts.</summary>
internal sealed class TelemetryOptionsValidator : IValidateOptions<TelemetryOptions>
{
    private const int MaxLength = 2000;

    public ValidateOptionsResult Validate(string? name, TelemetryOptions options)
    {
        var settings = new SettingsValidation(TelemetryOptions.Section);
        Require(settings, nameof(options.TraceUrl), options.TraceUrl, "{traceId}");
        Require(settings, nameof(options.LogsUrl), options.LogsUrl, "{eventId}", "{traceId}");
        return settings.Result;
    }

    private static void Require(SettingsValidation settings, string key, string? template, params IReadOnlyList<string> places) => settings.Require(
        string.IsNullOrEmpty(template)
            || (template.Length <= MaxLength
                && places.Any(place => template.Contains(place, StringComparison.Ordinal))
                && Uri.TryCreate(template, UriKind.Absolute, out var url)
                && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp)),
        key,
        $"be an absolute http or https address of up to {MaxLength} characters that contains {string.Join(" or ", places)}",
        template);
}
