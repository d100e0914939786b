using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using EventTracking.Core.Backends.Aws.Provisioning;

namespace EventTracking.Core.Backends.Aws.Restoring;

/// <summary>
/// What a restore does not bring back: time to live, point-in-time recovery, protection from deletion and tags. It brings the indexes
/// and the encryption that the table had when the restore was requested; indexes that this version needs beyond them are added.
/// </summary>
internal sealed class RestoredSettings(RestorePlan plan, RestorePlanner planner, IAmazonDynamoDB dynamo, AwsEndpoint endpoint, Action<string> report, TimeProvider time)
{
    private const int MaxTagPages = 10;

    /// <summary>Prefix of the tags that AWS itself sets and nobody else may.</summary>
    private const string ReservedPrefix = "aws:";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly AwsTable table = new(plan.Restored, dynamo, endpoint, time);
    private readonly Repetition repetition = new(Patience, time);

    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        foreach (var finding in await InspectAsync(cancellationToken))
        {
            if (finding is Finding.Absent absent)
            {
                await absent.CreateAsync(cancellationToken);
                report($"{finding.Subject}: added");
            }
        }

        await ProtectAsync(cancellationToken);
        await TagAsync(cancellationToken);
        await VerifyAsync(cancellationToken);
    }

    /// <exception cref="BackendException">The table is gone, or differs in something that cannot be added.</exception>
    private async Task<List<Finding>> InspectAsync(CancellationToken cancellationToken)
    {
        List<Finding> findings = [];
        await foreach (var finding in table.InspectAsync(cancellationToken))
        {
            findings.Add(finding switch
            {
                // An empty table must never take the place of a restored one.
                Finding.Absent when finding.Subject == table.Subject => throw new BackendException($"The {table.Subject}, which was restored, is gone. Run the same command again."),
                Finding.Different(_, var differences) => throw new BackendException(
                    $"The {finding.Subject} differs from what the service needs: {string.Join("; ", differences)}. Do not switch to it. It was left as it is."),
                _ => finding,
            });
        }

        return findings;
    }

    // DynamoDB accepts one change to a table at a time.
    private Task ProtectAsync(CancellationToken cancellationToken) => repetition.RunAsync(
        $"The {table.Subject} could not be protected from deletion",
        async () =>
        {
            if (await IsProtectedAsync(cancellationToken))
            {
                return true;
            }

            try
            {
                await dynamo.UpdateTableAsync(new UpdateTableRequest { TableName = plan.Target, DeletionProtectionEnabled = true }, cancellationToken);
                report($"{table.Subject}, protection from deletion: added");
            }
            catch (Exception exception) when (exception is ResourceInUseException or LimitExceededException)
            {
                // Another change is under way.
            }

            return false;
        },
        cancellationToken);

    private async Task<bool> IsProtectedAsync(CancellationToken cancellationToken) =>
        (await planner.DescribeAsync(plan.Target, cancellationToken))?.DeletionProtectionEnabled is true;

    private async Task TagAsync(CancellationToken cancellationToken)
    {
        if (plan.FromBackup)
        {
            report($"{table.Subject}, tags: not known any more; set them if the deleted table had any");
        }
        else if (await FindMissingTagsAsync(cancellationToken) is { Count: > 0 } missing)
        {
            await dynamo.TagResourceAsync(new TagResourceRequest { ResourceArn = await FindArnAsync(cancellationToken), Tags = missing }, cancellationToken);
            report($"{table.Subject}, tags {string.Join(", ", missing.Select(tag => tag.Key))}: added");
        }
    }

    private async Task<List<Tag>> FindMissingTagsAsync(CancellationToken cancellationToken)
    {
        var wanted = (await ListTagsAsync(plan.SourceArn, cancellationToken)).Where(tag => !tag.Key.StartsWith(ReservedPrefix, StringComparison.Ordinal));
        var present = (await ListTagsAsync(await FindArnAsync(cancellationToken), cancellationToken)).ToDictionary(tag => tag.Key, tag => tag.Value);
        return [.. wanted.Where(tag => !present.TryGetValue(tag.Key, out var value) || value != tag.Value)];
    }

    private async Task<string> FindArnAsync(CancellationToken cancellationToken) =>
        (await planner.FindRestoredAsync(plan, cancellationToken))?.TableArn ?? throw new BackendException($"The {table.Subject}, which was restored, is gone. Run the same command again.");

    private async Task<List<Tag>> ListTagsAsync(string arn, CancellationToken cancellationToken)
    {
        List<Tag> tags = [];
        var request = new ListTagsOfResourceRequest { ResourceArn = arn };
        for (var page = 0; page < MaxTagPages; page++)
        {
            var response = await dynamo.ListTagsOfResourceAsync(request, cancellationToken);
            tags.AddRange(response.Tags ?? []);
            request.NextToken = response.NextToken;
            if (request.NextToken is null)
            {
                break;
            }
        }

        return tags;
    }

    // A tag or a setting may take a moment until it is shown.
    private Task VerifyAsync(CancellationToken cancellationToken) => repetition.RunAsync(
        $"The {table.Subject} does not show all of its settings",
        async () => (await InspectAsync(cancellationToken)).TrueForAll(finding => finding is not Finding.Absent)
            && await IsProtectedAsync(cancellationToken)
            && (plan.FromBackup || (await FindMissingTagsAsync(cancellationToken)).Count == 0),
        cancellationToken);
}
