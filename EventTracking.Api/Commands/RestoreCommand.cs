using System.CommandLine;
using EventTracking.Api.Validation;
using EventTracking.Core.Backends;
using EventTracking.Core.Backends.Aws.Restoring;

namespace EventTracking.Api.Commands;

/// <summary>Restores the tables of the backend 'Aws'.</summary>
internal static class RestoreCommand
{
    private const string EventsOnly = "events";
    private const string RecordsOnly = "records";

    private const string Description =
        "Restores the tables of the backend 'Aws' to a second of the last 35 days, each as a new table beside the one in use, sets what a restore does "
        + "not bring back, and says how to switch to them. Nothing is deleted and no table in use is changed. If it ends early, whatever the reason, run "
        + "the same command again: it continues. Exit code 0: restored and verified; 1: not yet, and the message says why; 2: the command line is wrong. "
        + "Region, credentials and endpoint come from AWS_REGION, the credential chain and AWS_ENDPOINT_URL, as for all AWS tools.";

    public static Command Create()
    {
        var at = new Option<string>("--at")
        {
            Description = "The second that the tables are restored to, with its offset or in UTC, e.g. 2026-11-23T10:00:00Z.",
            HelpName = "time",
        };
        var deleted = new Option<bool>("--deleted")
        {
            Description = "Restores tables that were deleted, from the backup that DynamoDB makes then and keeps for 35 days. They get their old names back if these are free.",
        };
        var only = new Option<string>("--only")
        {
            Description = "Restores one table: the ledger, or the integrations' records with the catalog.",
            HelpName = $"{EventsOnly}|{RecordsOnly}",
        };
        var dryRun = new Option<bool>("--dry-run") { Description = "Looks whether the tables can be restored, and changes nothing." };
        var settings = SettingsArgument.Create();
        var command = new Command("restore", Description) { at, deleted, only, dryRun, settings };
        at.Require(IsSecond, "a time with whole seconds such as 2026-11-23T10:00:00Z");
        only.Require(text => text is EventsOnly or RecordsOnly, $"'{EventsOnly}' or '{RecordsOnly}'");
        command.Validators.Add(result =>
        {
            // What is missing may be what was misspelt.
            if (result.GetResult(at) is null == !result.GetValue(deleted) && (result.GetResult(settings) is not { } given || SettingsArgument.FindFault(given) is null))
            {
                result.AddError($"Say either {at.Name} or {deleted.Name}.");
            }
        });
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(only) switch { EventsOnly => [ServiceTable.Events], RecordsOnly => [ServiceTable.Records], _ => [ServiceTable.Events, ServiceTable.Records] },
            Iso8601.TryParse(parsed.GetValue(at), out var second) ? new RestorePoint.At(second) : new RestorePoint.Deletion(),
            parsed.GetValue(dryRun),
            parsed.GetValue(settings) ?? [],
            parsed.InvocationConfiguration,
            cancellationToken));
        return command;
    }

    // A restore knows no fractions of a second.
    private static bool IsSecond(string text) => Iso8601.TryParse(text, out var time) && time.Ticks % TimeSpan.TicksPerSecond == 0;

    /// <summary>Uses the settings of the service, but needs only those about AWS. The options of the command are not among them: as a setting, one would take the next argument for its value.</summary>
    /// <exception cref="BackendException">A table could not be restored, or AWS did not respond.</exception>
    private static async Task RunAsync(ServiceTable[] tables, RestorePoint point, bool dryRun, string[] settings, InvocationConfiguration console, CancellationToken cancellationToken)
    {
        await using var app = AwsCommandApp.Build(settings, console.Error);
        await app.Services.GetRequiredService<AwsRestorer>().RestoreAsync(tables, point, dryRun, console.Output.WriteLine, cancellationToken);
    }
}
