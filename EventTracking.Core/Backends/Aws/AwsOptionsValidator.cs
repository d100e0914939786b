using System.Text.RegularExpressions;
using EventTracking.Core.Backends.Aws.Ledger;
using EventTracking.Core.Backends.Aws.Provisioning;
using EventTracking.Core.Backends.Aws.Records;
using EventTracking.Core.Functions;
using Microsoft.Extensions.Options;

namespace EventTracking.Core.Backends.Aws;

/// <summary>Says at start which names AWS would refuse, and not when the first event meets it.</summary>
internal sealed partial class AwsOptionsValidator(IEnumerable<FunctionRegistration> functions, IOptions<EventTrackingOptions> engine) : IValidateOptions<AwsOptions>
{
    private const int LongestQueueName = 80;

    public ValidateOptionsResult Validate(string? name, AwsOptions options)
    {
        var errors = new List<string>();
        Require(TableName().IsMatch(options.EventsTable), nameof(options.EventsTable), "has 3 to 255 letters, digits, '_', '-' and '.'");
        Require(TableName().IsMatch(options.ProductsTable), nameof(options.ProductsTable), "has 3 to 255 letters, digits, '_', '-' and '.'");
        Require(options.EventsTable != options.ProductsTable, nameof(options.ProductsTable), $"is another table than {nameof(options.EventsTable)}");
        Require(BucketName().IsMatch(options.PayloadBucket), nameof(options.PayloadBucket), "has 3 to 63 lower-case letters, digits and '-'");
        Require(QueueName().IsMatch(options.QueuePrefix), nameof(options.QueuePrefix), "has letters, digits, '_' and '-'");
        foreach (var function in functions.Select(function => function.Name))
        {
            Require(
                QueueName().IsMatch(function) && options.QueuePrefix.Length + function.Length + AwsResources.DeadLetterSuffix.Length <= LongestQueueName,
                nameof(options.QueuePrefix),
                $"gives a queue its name together with that of the function '{function}' and '{AwsResources.DeadLetterSuffix}', which has up to {LongestQueueName} letters, digits, '_' and '-'");
        }

        // S3 refuses a rule that deletes what it has not moved yet.
        Require(
            options.PayloadArchiveDays >= 0 && options.PayloadArchiveDays < engine.Value.PayloadRetentionDays,
            nameof(options.PayloadArchiveDays),
            $"is from 0 to before {EventTrackingOptions.Section}:{nameof(engine.Value.PayloadRetentionDays)}");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void Require(bool valid, string setting, string rule)
        {
            if (!valid)
            {
                errors.Add($"{AwsOptions.Section}:{setting} is not valid: it {rule}.");
            }
        }
    }

    [GeneratedRegex("^[A-Za-z0-9_.-]{3,255}$")]
    private static partial Regex TableName();

    // Names with dots are allowed too, but no certificate fits them.
    [GeneratedRegex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$")]
    private static partial Regex BucketName();

    [GeneratedRegex("^[A-Za-z0-9_-]{1,80}$")]
    private static partial Regex QueueName();
}
