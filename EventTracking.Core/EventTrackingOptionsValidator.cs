using Microsoft.Extensions.Options;

namespace EventTracking.Core;

/// <summary>Says at start what is wrong with the settings, by the names that an operator knows.</summary>
internal sealed class EventTrackingOptionsValidator : IValidateOptions<EventTrackingOptions>
{
    private const int MostAttempts = 100;

    public ValidateOptionsResult Validate(string? name, EventTrackingOptions options)
    {
        var errors = new List<string>();
        Require(!string.IsNullOrWhiteSpace(options.DataPath), nameof(options.DataPath), "names the folder of the embedded backend");
        Require(options.MaxAttempts is >= 1 and <= MostAttempts, nameof(options.MaxAttempts), $"is from 1 to {MostAttempts}");
        Require(options.FirstBackoff > TimeSpan.Zero, nameof(options.FirstBackoff), "is longer than zero");
        Require(options.LongestBackoff >= options.FirstBackoff && options.LongestBackoff <= TimeSpan.FromHours(12), nameof(options.LongestBackoff), "is from FirstBackoff to 12 hours");
        Require(options.WaitLimit > TimeSpan.Zero, nameof(options.WaitLimit), "is longer than zero");
        Require(options.SweepInterval > TimeSpan.Zero, nameof(options.SweepInterval), "is longer than zero");
        Require(options.RecordRetentionDays >= 1, nameof(options.RecordRetentionDays), "is at least 1");
        Require(options.PayloadRetentionDays >= 1, nameof(options.PayloadRetentionDays), "is at least 1");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void Require(bool valid, string setting, string rule)
        {
            if (!valid)
            {
                errors.Add($"{EventTrackingOptions.Section}:{setting} is not valid: it {rule}.");
            }
        }
    }
}
