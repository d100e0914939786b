using System.Runtime.CompilerServices;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace EventTracking.Core.Backends.Aws.Provisioning;

/// <summary>A table of DynamoDB.</summary>
internal sealed class AwsTable(TableDefinition definition, IAmazonDynamoDB dynamo, AwsEndpoint endpoint, TimeProvider time) : IAwsResource
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    public string Subject => $"table {definition.Name}";

    private string TimeToLive => $"{Subject}, time to live by {definition.TimeToLiveAttribute}";

    private string Recovery => $"{Subject}, point-in-time recovery";

    public async Task<bool> ExistsAsync(CancellationToken cancellationToken) => await DescribeAsync(cancellationToken) is not null;

    public async IAsyncEnumerable<Finding> InspectAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var table = await DescribeAsync(cancellationToken);
        yield return table is null ? new Finding.Absent(Subject, CreateAsync) : TableComparison.Compare(Subject, definition, table);
        if (definition.TimeToLiveAttribute is not null)
        {
            yield return table is null ? new Finding.Absent(TimeToLive, EnableTimeToLiveAsync) : await InspectTimeToLiveAsync(cancellationToken);
        }

        yield return table is null ? new Finding.Absent(Recovery, EnableRecoveryAsync) : await InspectRecoveryAsync(cancellationToken);
    }

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
            // Another one creates the same, and it is waited for.
        }

        await RepeatAsync("is not ACTIVE", async () => (await DescribeAsync(cancellationToken))?.TableStatus == TableStatus.ACTIVE, cancellationToken);
    }

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

    private async Task EnableTimeToLiveAsync(CancellationToken cancellationToken) =>
        await dynamo.UpdateTimeToLiveAsync(
            new UpdateTimeToLiveRequest
            {
                TableName = definition.Name,
                TimeToLiveSpecification = new TimeToLiveSpecification { AttributeName = definition.TimeToLiveAttribute, Enabled = true },
            },
            cancellationToken);

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

    // A table that was just created does not accept it at once.
    private Task EnableRecoveryAsync(CancellationToken cancellationToken) => RepeatAsync(
        "does not accept point-in-time recovery",
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

    private async Task RepeatAsync(string otherwise, Func<Task<bool>> tryAsync, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        for (var pause = FirstPause; !await tryAsync(); pause = TimeSpan.FromTicks(Math.Min(2 * pause.Ticks, LongestPause.Ticks)))
        {
            if (time.GetElapsedTime(start) > Patience)
            {
                throw new BackendException($"The {Subject} still {otherwise} after {Patience.TotalMinutes} minutes. Run 'provision' again.");
            }

            await Task.Delay(pause, time, cancellationToken);
        }
    }
}
