using System.Globalization;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using EventTracking.Core.Backends.Aws.Provisioning;

namespace EventTracking.Core.Backends.Aws.Restoring;

/// <summary>Finds out whether and how a table can be restored, without changing anything.</summary>
internal sealed class RestorePlanner(IAmazonDynamoDB dynamo)
{
    private const int MaxBackupPages = 100;
    private const int MaxNameLength = 255;

    /// <exception cref="BackendException">The table cannot be restored to that point. The message says why, and what can be done.</exception>
    public async Task<RestorePlan> PlanAsync(TableDefinition table, RestorePoint point, CancellationToken cancellationToken)
    {
        var plan = point switch
        {
            RestorePoint.At(var second) => await PlanAsync(table, second, cancellationToken),
            _ => await PlanDeletedAsync(table, cancellationToken),
        };
        if (plan.Target.Length > MaxNameLength)
        {
            throw new BackendException($"The restored table would be named {plan.Target}, which has {plan.Target.Length} characters. DynamoDB allows {MaxNameLength}.");
        }

        return plan;
    }

    /// <summary>Returns the table that the plan restores, or null if its restore was not requested yet.</summary>
    /// <exception cref="BackendException">Another table has its name.</exception>
    public async Task<TableDescription?> FindRestoredAsync(RestorePlan plan, CancellationToken cancellationToken)
    {
        var found = await DescribeAsync(plan.Target, cancellationToken);
        return found is null || plan.Made(found) ? found : throw new BackendException(
            $"There is a table {plan.Target}, and DynamoDB does not say that it is the table {plan.Original.Name} as of {Text(plan.Moment)}. It is left alone. Restore to another second.");
    }

    public async Task<TableDescription?> DescribeAsync(string table, CancellationToken cancellationToken)
    {
        try
        {
            return (await dynamo.DescribeTableAsync(table, cancellationToken)).Table;
        }
        catch (ResourceNotFoundException)
        {
            return null;
        }
    }

    public static string Text(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private async Task<RestorePlan> PlanAsync(TableDefinition table, DateTimeOffset second, CancellationToken cancellationToken)
    {
        var original = await DescribeAsync(table.Name, cancellationToken)
            ?? throw new BackendException($"There is no table {table.Name} in this account and region. If it was deleted, use --deleted instead of --at: DynamoDB keeps a backup of a deleted table for 35 days.");
        var plan = new RestorePlan(table, RestorePlan.NameOf(table.Name, second), second, original.TableArn, FromBackup: false);

        // What was requested before needs no window any more.
        if (await FindRestoredAsync(plan, cancellationToken) is null)
        {
            await RequireWindowAsync(table.Name, second, cancellationToken);
        }

        return plan;
    }

    private async Task RequireWindowAsync(string table, DateTimeOffset second, CancellationToken cancellationToken)
    {
        var backups = await dynamo.DescribeContinuousBackupsAsync(new DescribeContinuousBackupsRequest { TableName = table }, cancellationToken);
        if (backups.ContinuousBackupsDescription?.PointInTimeRecoveryDescription is not { EarliestRestorableDateTime: { } earliest, LatestRestorableDateTime: { } latest } recovery
            || recovery.PointInTimeRecoveryStatus != PointInTimeRecoveryStatus.ENABLED)
        {
            throw new BackendException($"The table {table} has no point-in-time recovery, so there is nothing that it could be restored from. 'provision' turns it on for what happens from then on.");
        }

        var (from, to) = (new DateTimeOffset(earliest.ToUniversalTime()), new DateTimeOffset(latest.ToUniversalTime()));
        if (second < from || second > to)
        {
            throw new BackendException($"The table {table} can be restored to any second from {Text(from.AddTicks(TimeSpan.TicksPerSecond - 1))} to {Text(to)}, and {Text(second)} is not one of them.");
        }
    }

    private async Task<RestorePlan> PlanDeletedAsync(TableDefinition table, CancellationToken cancellationToken)
    {
        var backup = await FindBackupAsync(table.Name, cancellationToken) ?? throw new BackendException(
            $"DynamoDB has no backup of a deleted table {table.Name}. It makes one when a table with point-in-time recovery is deleted, and keeps it for 35 days.");
        var deleted = new DateTimeOffset(backup.BackupCreationDateTime!.Value.ToUniversalTime());
        var plan = new RestorePlan(table, table.Name, deleted, backup.BackupArn, FromBackup: true);

        // Whoever has made the table anew uses it, so the old contents come beside it.
        return await DescribeAsync(table.Name, cancellationToken) is { } anew && !plan.Made(anew) ? plan with { Target = RestorePlan.NameOf(table.Name, deleted) } : plan;
    }

    private async Task<BackupSummary?> FindBackupAsync(string table, CancellationToken cancellationToken)
    {
        // A filter by the name of a table that is not there any more is nothing to rely on.
        var request = new ListBackupsRequest { BackupType = BackupTypeFilter.SYSTEM };
        List<BackupSummary> found = [];
        for (var page = 0; page < MaxBackupPages; page++)
        {
            var response = await dynamo.ListBackupsAsync(request, cancellationToken);
            found.AddRange((response.BackupSummaries ?? []).Where(backup => backup.TableName == table && backup.BackupStatus == BackupStatus.AVAILABLE && backup.BackupCreationDateTime is not null));
            request.ExclusiveStartBackupArn = response.LastEvaluatedBackupArn;
            if (request.ExclusiveStartBackupArn is null)
            {
                return found.MaxBy(backup => backup.BackupCreationDateTime);
            }
        }

        throw new BackendException($"The account has more than {MaxBackupPages} pages of automatic backups, so the one of the table {table} was not looked for any further.");
    }
}
