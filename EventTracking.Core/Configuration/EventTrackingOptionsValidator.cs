using Microsoft.Extensions.Options;

namespace EventTracking.Core.Configuration;

/// <summary>Validates the engine's settings when the host starts.</summary>
internal sealed class EventTrackingOptionsValidator : IValidateOptions<EventTrackingOptions>
{
    private const int MaxAttempts = 100;
    private const int MaxRetentionDays = 3650;
    private static readonly TimeSpan MaxBackoff = TimeSpan.FromHours(12);
    private static readonly TimeSpan MaxWaitLimit = TimeSpan.FromDays(365);

    public ValidateOptionsResult Validate(string? name, EventTrackingOptions options)
    {
        var settings = new SettingsValidation(EventTrackingOptions.Section);
        settings.Require(!string.IsNullOrWhiteSpace(options.DataPath), nameof(options.DataPath), "name the folder of the embedded backend", options.DataPath);
        settings.RequireRange(nameof(options.MaxAttempts), options.MaxAttempts, 1, MaxAttempts);
        settings.RequirePositive(nameof(options.FirstBackoff), options.FirstBackoff, MaxBackoff);
        settings.RequireRange(nameof(options.MaxBackoff), options.MaxBackoff, MinMaxBackoff(options), MaxBackoff, "It must not be shorter than FirstBackoff.");
        settings.RequirePositive(nameof(options.WaitLimit), options.WaitLimit, MaxWaitLimit);
        settings.RequirePositive(nameof(options.SweepInterval), options.SweepInterval, TimeSpan.FromDays(1));
        settings.RequireRange(
            nameof(options.PayloadRetentionDays), options.PayloadRetentionDays, LeastPayloadRetention(options), MaxRetentionDays, "An event must still have its payload after it has waited for WaitLimit.");
        settings.RequireRange(
            nameof(options.RecordRetentionDays), options.RecordRetentionDays, LeastRecordRetention(options), MaxRetentionDays, "A record must be kept for at least PayloadRetentionDays.");
        return settings.Result;
    }

    // A bound that comes from another setting applies only if that setting is valid, so that each mistake is reported once.
    private static TimeSpan MinMaxBackoff(EventTrackingOptions options) =>
        options.FirstBackoff > TimeSpan.Zero && options.FirstBackoff <= MaxBackoff ? options.FirstBackoff : TimeSpan.Zero;

    private static int LeastPayloadRetention(EventTrackingOptions options) =>
        options.WaitLimit > TimeSpan.Zero && options.WaitLimit <= MaxWaitLimit ? options.WaitLimit.Days + 1 : 1;

    private static int LeastRecordRetention(EventTrackingOptions options) =>
        options.PayloadRetentionDays is >= 1 and <= MaxRetentionDays ? options.PayloadRetentionDays : 1;
}
