using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using EventTracking.Core.Backends.Aws.Provisioning;

namespace EventTracking.Core.Backends.Aws.Restoring;

/// <summary>The restore of one table, step by step. Each step first looks whether it was done before, and proves at its end that it is done.</summary>
internal sealed class TableRestore(RestorePlan plan, RestorePlanner planner, IAmazonDynamoDB dynamo, AwsEndpoint endpoint, Action<string> report, TimeProvider time)
{
    /// <summary>A restore takes from minutes to hours; DynamoDB goes on with it, whether or not anybody waits.</summary>
    private static readonly TimeSpan RestorePatience = TimeSpan.FromHours(24);

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ReportInterval = TimeSpan.FromMinutes(1);

    private readonly RestoredSettings settings = new(plan, planner, dynamo, endpoint, report, time);
    private readonly RestoredContents contents = new(plan, planner, dynamo, report);

    public async Task RequestAsync(CancellationToken cancellationToken)
    {
        if (await planner.FindRestoredAsync(plan, cancellationToken) is not null)
        {
            return;
        }

        try
        {
            await (plan.FromBackup
                ? dynamo.RestoreTableFromBackupAsync(new RestoreTableFromBackupRequest { BackupArn = plan.SourceArn, TargetTableName = plan.Target }, cancellationToken)
                : (Task)dynamo.RestoreTableToPointInTimeAsync(
                    new RestoreTableToPointInTimeRequest { SourceTableArn = plan.SourceArn, TargetTableName = plan.Target, RestoreDateTime = plan.Moment.UtcDateTime }, cancellationToken));
        }
        catch (Exception exception) when (exception is TableAlreadyExistsException or TableInUseException)
        {
            // An earlier try of this call, whose response was lost, has begun the restore; or another run.
        }

        if (await planner.FindRestoredAsync(plan, cancellationToken) is null)
        {
            throw new BackendException($"DynamoDB accepted the restore of {plan.Target}, but does not show the table yet. Run the same command again.");
        }

        report($"table {plan.Target}: restore requested");
    }

    public async Task AwaitAsync(CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var reported = start;
        for (var pause = FirstPause; ; pause = pause * 2 < MaxPause ? pause * 2 : MaxPause)
        {
            var table = await RequireTableAsync(cancellationToken);
            if (table.TableStatus == TableStatus.ACTIVE && table.RestoreSummary.RestoreInProgress is not true)
            {
                report($"table {plan.Target}: restored");
                return;
            }

            if (table.TableStatus != TableStatus.CREATING && table.TableStatus != TableStatus.ACTIVE && table.TableStatus != TableStatus.UPDATING)
            {
                throw new BackendException($"The restore of {plan.Target} does not go on: the table is {table.TableStatus}. The table {plan.Original.Name} was not touched. Look at {plan.Target} in the console of DynamoDB.");
            }

            var waited = time.GetElapsedTime(start);
            if (waited > RestorePatience)
            {
                throw new BackendException($"The table {plan.Target} is still {table.TableStatus} after {waited.TotalHours:0} hours. DynamoDB goes on; run the same command again to wait for it.");
            }

            if (reported == start || time.GetElapsedTime(reported) >= ReportInterval)
            {
                report($"table {plan.Target}: being restored for {waited.TotalMinutes:0} minutes");
                reported = time.GetTimestamp();
            }

            await Task.Delay(pause, time, cancellationToken);
        }
    }

    /// <summary>Gives the table what a restore does not bring back.</summary>
    public Task CompleteAsync(CancellationToken cancellationToken) => settings.CompleteAsync(cancellationToken);

    /// <summary>Looks at what the table holds.</summary>
    public Task CheckAsync(CancellationToken cancellationToken) => contents.CheckAsync(cancellationToken);

    private async Task<TableDescription> RequireTableAsync(CancellationToken cancellationToken) =>
        await planner.FindRestoredAsync(plan, cancellationToken)
        ?? throw new BackendException($"The table {plan.Target}, which was being restored, is gone. The table {plan.Original.Name} was not touched. Run the same command again.");
}
