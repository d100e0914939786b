using Amazon.DynamoDBv2;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.SQS;
using EventTracking.Core.Backends.Aws.Calls;

namespace EventTracking.Core.Backends.Aws.Provisioning;

/// <summary>Creates the AWS resources that are missing and never changes existing ones.</summary>
internal sealed class AwsProvisioner(AwsResources resources, IAmazonDynamoDB dynamo, IAmazonS3 s3, IAmazonSQS sqs, AwsEndpoint endpoint, TimeProvider time)
{
    /// <inheritdoc cref="ProvisionAsync(IReadOnlyList{AwsPart}, Action{string}, CancellationToken)"/>
    public Task ProvisionAsync(Action<string> report, CancellationToken cancellationToken) => ProvisionAsync(Enum.GetValues<AwsPart>(), report, cancellationToken);

    /// <summary>Creates every missing resource of these parts and reports each one. It creates nothing at all if an existing resource differs, and does not look at other parts.</summary>
    /// <exception cref="BackendException">A resource differs, and the message names it and the differences; or AWS could not be reached.</exception>
    public Task ProvisionAsync(IReadOnlyList<AwsPart> parts, Action<string> report, CancellationToken cancellationToken) => AwsFaults.ExplainAsync(async () =>
    {
        var findings = new List<Finding>();
        foreach (var resource in parts.SelectMany(ResourcesOf))
        {
            await foreach (var finding in resource.InspectAsync(cancellationToken))
            {
                findings.Add(finding);
            }
        }

        Refuse(findings.OfType<Finding.Different>());
        foreach (var finding in findings)
        {
            report($"{finding.Subject}: {await CompleteAsync(finding, cancellationToken)}");
        }
    });

    /// <summary>Checks that all resources exist.</summary>
    /// <inheritdoc cref="CheckAsync(IReadOnlyList{AwsPart}, CancellationToken)"/>
    public Task CheckAsync(CancellationToken cancellationToken) => CheckAsync(Enum.GetValues<AwsPart>(), cancellationToken);

    /// <summary>Checks that the resources of these parts exist.</summary>
    /// <exception cref="BackendException">A resource is missing, or AWS could not be reached.</exception>
    public Task CheckAsync(IReadOnlyList<AwsPart> parts, CancellationToken cancellationToken) => AwsFaults.ExplainAsync(async () =>
    {
        var checks = await Task.WhenAll(parts.SelectMany(ResourcesOf).Select(resource => resource.FindMissingAsync(cancellationToken))).WaitAsync(CallLimit.Payload.AllTries, time, cancellationToken);
        var missing = checks.SelectMany(check => check).ToArray();
        if (missing.Length > 0)
        {
            throw new BackendException($"AWS has no {string.Join(", no ", missing)}. Run 'provision' with the same settings to create what is missing, or correct the names in EventTracking:Aws.");
        }
    });

    private IEnumerable<IAwsResource> ResourcesOf(AwsPart part) => part switch
    {
        AwsPart.Events => [new AwsTable(resources.Events, dynamo, endpoint, time)],
        AwsPart.Records => [new AwsTable(resources.Records, dynamo, endpoint, time)],
        AwsPart.Payloads => [new AwsBucket(resources.Payloads, s3, endpoint, time)],
        _ => resources.Queues.Select(queue => new AwsQueue(queue, sqs, time)),
    };

    private static void Refuse(IEnumerable<Finding.Different> different)
    {
        var differences = different.SelectMany(finding => finding.Differences.Select(difference => $"{Environment.NewLine}  {finding.Subject}: {difference}")).ToArray();
        if (differences.Length > 0)
        {
            throw new BackendException($"Nothing was created, because existing resources differ from what the product needs. Correct them or configure other names, then run 'provision' again:{string.Concat(differences)}");
        }
    }

    private async Task<string> CompleteAsync(Finding finding, CancellationToken cancellationToken)
    {
        switch (finding)
        {
            case Finding.Absent absent:
                try
                {
                    await absent.CreateAsync(cancellationToken);
                    return "created";
                }
                catch (AmazonServiceException exception) when (endpoint.Lacks(exception))
                {
                    return "not supported by this endpoint";
                }

            case Finding.Unsupported:
                return "not supported by this endpoint";
            default:
                return "already as it should be";
        }
    }
}
