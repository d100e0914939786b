using System.Runtime.CompilerServices;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace EventTracking.Core.Backends.Aws.Provisioning;

/// <summary>A DynamoDB table.</summary>
internal sealed class AwsTable(TableDefinition definition, IAmazonDynamoDB dynamo, AwsEndpoint endpoint, TimeProvider time) : IAwsResource
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>DynamoDB reads the whole table to fill a new index, which may take hours.</summary>
    private static readonly TimeSpan IndexPatience = TimeSpan.FromHours(6);

    private readonly Repetition repetition = new(Patience, time);
    private readonly Repetition indexing = new(IndexPatience, time);

    public string Subject => $"table {definition.Name}";

    private string TimeToLive => $"{Subject}, time to live by {definition.TimeToLiveAttribute}";

    private string Recovery => $"{Subject}, point-in-time recovery";

    public async Task<IReadOnlyList<string>> FindMissingAsync(CancellationToken cancellationToken)
    {
        var table = await DescribeAsync(cancellationToken);
        if (table is null)
        {
            return [Subject];
        }

        if (table.TableStatus != TableStatus.ACTIVE && table.TableStatus != TableStatus.UPDATING)
        {
            return [$"{Subject} that can be used (it is {table.TableStatus})"];
        }

        return [.. definition.Indexes.Where(index => !IsUsable(TableComparison.Find(table, index))).Select(SubjectOf)];
    }

    public async IAsyncEnumerable<Finding> InspectAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var table = await DescribeAsync(cancellationToken);
        yield return table is null ? new Finding.Absent(Subject, CreateAsync) : TableComparison.Compare(Subject, definition, table);

        // A table of an earlier version lacks the indexes that were introduced since.
        foreach (var index in definition.Indexes.Where(index => table is not null && !IsUsable(TableComparison.Find(table, index))))
        {
            yield return new Finding.Absent(SubjectOf(index), cancellation => AddAsync(index, cancellation));
        }

        if (definition.TimeToLiveAttribute is not null)
        {
            yield return table is null ? new Finding.Absent(TimeToLive, EnableTimeToLiveAsync) : await InspectTimeToLiveAsync(cancellationToken);
        }

        yield return table is null ? new Finding.Absent(Recovery, EnableRecoveryAsync) : await InspectRecoveryAsync(cancellationToken);
    }

    private static bool IsUsable(GlobalSecondaryIndexDescription? index) =>
        index is not null && index.IndexStatus != IndexStatus.CREATING && index.IndexStatus != IndexStatus.DELETING;

    private string SubjectOf(IndexDefinition index) => $"index {index.Name} of the {Subject}";

    private async Task<TableDescription?> DescribeAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await dynamo.DescribeTableAsync(definition.Name, cancellationToken)).Table;
        }
        catch (ResourceNotFoundException)
        {
            return null;
        }
    }

    private async Task CreateAsync(CancellationToken cancellationToken)
    {
        try
        {
            await dynamo.CreateTableAsync(TableComparison.ToRequest(definition), cancellationToken);
        }
        catch (ResourceInUseException)
        {
            // Another run is creating the same table; wait for it below.
        }

        await repetition.RunAsync($"The {Subject} is not ACTIVE", async () => (await DescribeAsync(cancellationToken))?.TableStatus == TableStatus.ACTIVE, cancellationToken);
    }

    // A table can gain one index at a time, and only while nothing else about it changes.
    private Task AddAsync(IndexDefinition index, CancellationToken cancellationToken) => indexing.RunAsync(
        $"The {SubjectOf(index)} is still being built",
        async () =>
        {
            var found = TableComparison.Find(await DescribeAsync(cancellationToken), index);
            if (found is null)
            {
                try
                {
                    await dynamo.UpdateTableAsync(TableComparison.ToRequest(definition, index), cancellationToken);
                }
                catch (Exception exception) when (exception is ResourceInUseException or LimitExceededException)
                {
                    // Another change is under way, perhaps this one by another run.
                }
            }

            return IsUsable(found);
        },
        cancellationToken);

    private async Task<Finding> InspectTimeToLiveAsync(CancellationToken cancellationToken)
    {
        try
        {
            var actual = (await dynamo.DescribeTimeToLiveAsync(definition.Name, cancellationToken)).TimeToLiveDescription;
            if (actual?.TimeToLiveStatus is { } status && (status == TimeToLiveStatus.ENABLED || status == TimeToLiveStatus.ENABLING))
            {
                var comparison = new Comparison();
                comparison.Expect("AttributeName", definition.TimeToLiveAttribute, actual.AttributeName);
                return comparison.Conclude(TimeToLive);
            }

            return new Finding.Absent(TimeToLive, EnableTimeToLiveAsync);
        }
        catch (AmazonDynamoDBException exception) when (endpoint.Lacks(exception))
        {
            return new Finding.Unsupported(TimeToLive);
        }
    }

    private async Task EnableTimeToLiveAsync(CancellationToken cancellationToken)
    {
        try
        {
            await dynamo.UpdateTimeToLiveAsync(
                new UpdateTimeToLiveRequest
                {
                    TableName = definition.Name,
                    TimeToLiveSpecification = new TimeToLiveSpecification { AttributeName = definition.TimeToLiveAttribute, Enabled = true },
                },
                cancellationToken);
        }
        catch (AmazonDynamoDBException exception) when (exception.ErrorCode == "ValidationException" && exception.Message.Contains("already enabled", StringComparison.Ordinal))
        {
            // An earlier try of this call, whose response was lost, has enabled it.
        }
    }

    private async Task<Finding> InspectRecoveryAsync(CancellationToken cancellationToken)
    {
        try
        {
            var actual = await dynamo.DescribeContinuousBackupsAsync(new DescribeContinuousBackupsRequest { TableName = definition.Name }, cancellationToken);
            return actual.ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus == PointInTimeRecoveryStatus.ENABLED
                ? new Finding.Present(Recovery)
                : new Finding.Absent(Recovery, EnableRecoveryAsync);
        }
        catch (AmazonDynamoDBException exception) when (endpoint.Lacks(exception))
        {
            return new Finding.Unsupported(Recovery);
        }
    }

    // DynamoDB does not accept this for a table that was just created.
    private Task EnableRecoveryAsync(CancellationToken cancellationToken) => repetition.RunAsync(
        $"The {Subject} does not accept point-in-time recovery yet",
        async () =>
        {
            try
            {
                await dynamo.UpdateContinuousBackupsAsync(
                    new UpdateContinuousBackupsRequest
                    {
                        TableName = definition.Name,
                        PointInTimeRecoverySpecification = new PointInTimeRecoverySpecification { PointInTimeRecoveryEnabled = true },
                    },
                    cancellationToken);
                return true;
            }
            catch (ContinuousBackupsUnavailableException)
            {
                return false;
            }
        },
        cancellationToken);
}
