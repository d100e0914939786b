using Amazon.DynamoDBv2;
using EventTracking.Core.Backends.Aws.Provisioning;

namespace EventTracking.Core.Backends.Aws.Restoring;

/// <summary>
/// Restores tables under other names, and makes them what the service needs. It deletes nothing and changes no table that it did
/// not restore itself. Every run looks at what there is and does what is missing, so that a run can end anywhere and the next one continues.
/// </summary>
internal sealed class AwsRestorer(AwsResources resources, IAmazonDynamoDB dynamo, AwsEndpoint endpoint, TimeProvider time)
{
    private readonly RestorePlanner planner = new(dynamo);

    /// <summary>Restores the tables and reports each step.</summary>
    /// <param name="tables">The tables.</param>
    /// <param name="point">What they are restored to.</param>
    /// <param name="dryRun">Whether to say only what would be done.</param>
    /// <param name="report">Receives a line for each step.</param>
    /// <param name="cancellationToken">Ends the command between two steps. DynamoDB goes on with a restore that was requested.</param>
    /// <exception cref="BackendException">A step failed, or what was restored is not right. The message says what to do.</exception>
    public Task RestoreAsync(IReadOnlyCollection<ServiceTable> tables, RestorePoint point, bool dryRun, Action<string> report, CancellationToken cancellationToken) => AwsFaults.ExplainAsync(async () =>
    {
        // Look at all tables before anything begins.
        List<(ServiceTable Table, RestorePlan Plan)> plans = [];
        foreach (var table in tables)
        {
            var plan = await planner.PlanAsync(DefinitionOf(table), point, cancellationToken);
            var exists = await planner.FindRestoredAsync(plan, cancellationToken) is not null;
            report($"table {plan.Original.Name} as of {RestorePlanner.Text(plan.Moment)} {(exists ? "was restored, or is being restored," : dryRun ? "would be restored" : "is restored")} as {plan.Target}");
            plans.Add((table, plan));
        }

        if (dryRun)
        {
            return;
        }

        var restores = plans.ConvertAll(each => new TableRestore(each.Plan, planner, dynamo, endpoint, report, time));
        foreach (var restore in restores)
        {
            await restore.RequestAsync(cancellationToken);
        }

        foreach (var restore in restores)
        {
            await restore.AwaitAsync(cancellationToken);
        }

        foreach (var restore in restores)
        {
            await restore.CompleteAsync(cancellationToken);
        }

        foreach (var restore in restores)
        {
            await restore.CheckAsync(cancellationToken);
        }

        Conclude(plans, report);
    });

    private TableDefinition DefinitionOf(ServiceTable table) => table == ServiceTable.Events ? resources.Events : resources.Records;

    private static void Conclude(List<(ServiceTable Table, RestorePlan Plan)> plans, Action<string> report)
    {
        var others = plans.Where(each => !each.Plan.KeepsName).ToList();
        report(others.Count == 0
            ? "Done. The restored tables have their old names, so the service uses them as soon as it runs."
            : "Done. Nothing was deleted, and the service still uses the tables that it used before. To switch it to the restored ones, deploy the stack with");
        if (others.Count > 0)
        {
            report($"  --parameter-overrides {string.Join(' ', others.Select(each => $"{ParameterOf(each.Table)}={each.Plan.Target}"))}");
            report("or, outside of Lambda, start every host with");
            report($"  {string.Join(' ', others.Select(each => $"--{AwsOptions.Section}:{SettingOf(each.Table)}={each.Plan.Target}"))}");
        }
    }

    /// <summary>The parameter of the stack that names a restored table.</summary>
    public static string ParameterOf(ServiceTable table) => $"Restored{SettingOf(table)}";

    private static string SettingOf(ServiceTable table) => table == ServiceTable.Events ? nameof(AwsOptions.EventsTable) : nameof(AwsOptions.RecordsTable);
}

/// <summary>The tables of the product.</summary>
internal enum ServiceTable
{
    /// <summary>The ledger.</summary>
    Events,

    /// <summary>The integrations' records, with the catalog.</summary>
    Records,
}
