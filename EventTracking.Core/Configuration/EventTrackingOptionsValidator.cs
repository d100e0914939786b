using Microsoft.Extensions.Options;

namespace EventTracking.Core.Configuration;

/// <summary>Says at start what is wrong with the settings, by the names that an operator knows.</summary>
internal sealed class EventTrackingOptionsValidator : IValidateOptions<EventTrackingOptions>
{
    private const int MostAttempts = 100;
    private const int MostDays = 3650;
    private const int LongestWaitDays = 365;

    public ValidateOptionsResult Validate(string? name, EventTrackingOptions options)
    {
        var errors = new List<string>();
        Require(!string.IsNullOrWhiteSpace(options.DataPath), nameof(options.DataPath), "names the folder of the embedded backend");
        Require(options.MaxAttempts is >= 1 and <= MostAttempts, nameof(options.MaxAttempts), $"is from 1 to {MostAttempts}");
        Require(options.FirstBackoff > TimeSpan.Zero, nameof(options.FirstBackoff), "is longer than zero");
        Require(options.LongestBackoff >= options.FirstBackoff && options.LongestBackoff <= TimeSpan.FromHours(12), nameof(options.LongestBackoff), "is from FirstBackoff to 12 hours");
        Require(options.WaitLimit > TimeSpan.Zero && options.WaitLimit <= TimeSpan.FromDays(LongestWaitDays), nameof(options.WaitLimit), $"is longer than zero, and {LongestWaitDays} days at most");
        Require(options.SweepInterval > TimeSpan.Zero && options.SweepInterval <= TimeSpan.FromDays(1), nameof(options.SweepInterval), "is longer than zero, and a day at most");

        // What waits is to have its payload when it is released, and what has a payload is to have its record.
        Require(
            options.PayloadRetentionDays is >= 1 and <= MostDays && (options.WaitLimit.TotalDays > LongestWaitDays || options.PayloadRetentionDays > options.WaitLimit.TotalDays),
            nameof(options.PayloadRetentionDays),
            $"is from 1 to {MostDays}, and longer than WaitLimit");
        Require(
            options.RecordRetentionDays is >= 1 and <= MostDays && (options.PayloadRetentionDays > MostDays || options.RecordRetentionDays >= options.PayloadRetentionDays),
            nameof(options.RecordRetentionDays),
            $"is from PayloadRetentionDays to {MostDays}");
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
