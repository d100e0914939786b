using System.Text.RegularExpressions;
using EventTracking.Core.Backends.Aws.Provisioning;
using EventTracking.Core.Configuration;
using EventTracking.Core.Functions;
using Microsoft.Extensions.Options;

namespace EventTracking.Core.Backends.Aws;

/// <summary>Rejects names that AWS would refuse when the service starts rather than when the first event arrives.</summary>
internal sealed partial class AwsOptionsValidator(FunctionRegistry functions, IOptions<EventTrackingOptions> engine) : IValidateOptions<AwsOptions>
{
    private const int MaxQueueName = 80;

    public ValidateOptionsResult Validate(string? name, AwsOptions options)
    {
        var settings = new SettingsValidation(AwsOptions.Section);
        settings.RequirePattern(nameof(options.EventsTable), options.EventsTable, TableName(), "have 3 to 255 letters, digits, '_', '-' and '.'");
        settings.RequirePattern(nameof(options.RecordsTable), options.RecordsTable, TableName(), "have 3 to 255 letters, digits, '_', '-' and '.'");
        settings.Require(options.EventsTable != options.RecordsTable, nameof(options.RecordsTable), $"be another table than {nameof(options.EventsTable)}", options.RecordsTable);
        settings.RequirePattern(nameof(options.PayloadBucket), options.PayloadBucket, BucketName(), "have 3 to 63 lower-case letters, digits and '-'");
        settings.RequirePattern(nameof(options.QueuePrefix), options.QueuePrefix, QueueName(), "have 1 to 80 letters, digits, '_' and '-'");
        foreach (var function in functions.Names)
        {
            settings.Require(
                QueueName().IsMatch(function) && options.QueuePrefix.Length + function.Length + AwsResources.DeadLetterSuffix.Length <= MaxQueueName,
                nameof(options.QueuePrefix),
                $"make a queue's name of at most {MaxQueueName} letters, digits, '_' and '-' together with '{function}' and '{AwsResources.DeadLetterSuffix}'",
                options.QueuePrefix);
        }

        // An invalid retention is reported separately.
        settings.RequireRange(
            nameof(options.PayloadArchiveDays),
            options.PayloadArchiveDays,
            0,
            Math.Max(engine.Value.PayloadRetentionDays - 1, 0),
            $"S3 can move a segment only before {EventTrackingOptions.Section}:{nameof(engine.Value.PayloadRetentionDays)} deletes it.");
        return settings.Result;
    }

    [GeneratedRegex("^[A-Za-z0-9_.-]{3,255}$")]
    private static partial Regex TableName();

    // S3 also allows names with dots, but no TLS certificate matches them.
    [GeneratedRegex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$")]
    private static partial Regex BucketName();

    [GeneratedRegex("^[A-Za-z0-9_-]{1,80}$")]
    private static partial Regex QueueName();
}
