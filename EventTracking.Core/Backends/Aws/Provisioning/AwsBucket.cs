using System.Net;
using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;

namespace EventTracking.Core.Backends.Aws.Provisioning;

/// <summary>A bucket of S3.</summary>
internal sealed class AwsBucket(BucketDefinition definition, IAmazonS3 s3, AwsEndpoint endpoint) : IAwsResource
{
    private const string Rule = "event-tracking-payloads";

    /// <summary>Segments are written in one piece; only a crash leaves parts of one.</summary>
    private const int IncompleteUploadDays = 1;

    public string Subject => $"bucket {definition.Name}";

    private string Lifecycle => $"{Subject}, lifecycle rule {Rule}";

    private string PublicAccess => $"{Subject}, public access block";

    private string Encryption => $"{Subject}, encryption";

    public async Task<bool> ExistsAsync(CancellationToken cancellationToken)
    {
        try
        {
            await s3.HeadBucketAsync(new HeadBucketRequest { BucketName = definition.Name }, cancellationToken);
            return true;
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.NotFound)
        {
            return false;
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.Forbidden)
        {
            throw new BackendException($"The {Subject} may not be used: it belongs to somebody else, or these credentials have no right to it. Names of buckets are unique in all of AWS; set {AwsOptions.Section}:{nameof(AwsOptions.PayloadBucket)}.", exception);
        }
    }

    public async IAsyncEnumerable<Finding> InspectAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var exists = await ExistsAsync(cancellationToken);
        yield return exists ? new Finding.Present(Subject) : new Finding.Absent(Subject, CreateAsync);
        yield return await InspectAsync(PublicAccess, exists, BlockPublicAccessAsync, ComparePublicAccessAsync, cancellationToken);
        yield return await InspectAsync(Encryption, exists, EncryptAsync, CompareEncryptionAsync, cancellationToken);
        yield return await InspectAsync(Lifecycle, exists, AddRuleAsync, CompareRuleAsync, cancellationToken);
    }

    private async Task<Finding> InspectAsync(string subject, bool exists, Func<CancellationToken, Task> createAsync, Func<CancellationToken, Task<Finding?>> compareAsync, CancellationToken cancellationToken)
    {
        try
        {
            return (exists ? await compareAsync(cancellationToken) : null) ?? new Finding.Absent(subject, createAsync);
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.NotFound)
        {
            return new Finding.Absent(subject, createAsync);
        }
        catch (AmazonS3Exception exception) when (endpoint.Lacks(exception))
        {
            return new Finding.Unsupported(subject);
        }
    }

    private async Task CreateAsync(CancellationToken cancellationToken) => await s3.PutBucketAsync(definition.Name, cancellationToken);

    private async Task<Finding?> ComparePublicAccessAsync(CancellationToken cancellationToken)
    {
        var actual = (await s3.GetPublicAccessBlockAsync(new GetPublicAccessBlockRequest { BucketName = definition.Name }, cancellationToken)).PublicAccessBlockConfiguration;
        var comparison = new Comparison();
        comparison.Expect(nameof(actual.BlockPublicAcls), "on", OnOff(actual?.BlockPublicAcls));
        comparison.Expect(nameof(actual.IgnorePublicAcls), "on", OnOff(actual?.IgnorePublicAcls));
        comparison.Expect(nameof(actual.BlockPublicPolicy), "on", OnOff(actual?.BlockPublicPolicy));
        comparison.Expect(nameof(actual.RestrictPublicBuckets), "on", OnOff(actual?.RestrictPublicBuckets));
        return comparison.Conclude(PublicAccess);
    }

    private async Task BlockPublicAccessAsync(CancellationToken cancellationToken) =>
        await s3.PutPublicAccessBlockAsync(
            new PutPublicAccessBlockRequest
            {
                BucketName = definition.Name,
                PublicAccessBlockConfiguration = new PublicAccessBlockConfiguration { BlockPublicAcls = true, IgnorePublicAcls = true, BlockPublicPolicy = true, RestrictPublicBuckets = true },
            },
            cancellationToken);

    // An owner's stricter choice, a key of his own, is as good.
    private async Task<Finding?> CompareEncryptionAsync(CancellationToken cancellationToken)
    {
        var actual = await s3.GetBucketEncryptionAsync(new GetBucketEncryptionRequest { BucketName = definition.Name }, cancellationToken);
        return actual.ServerSideEncryptionConfiguration?.ServerSideEncryptionRules is { Count: > 0 } ? new Finding.Present(Encryption) : null;
    }

    private async Task EncryptAsync(CancellationToken cancellationToken) =>
        await s3.PutBucketEncryptionAsync(
            new PutBucketEncryptionRequest
            {
                BucketName = definition.Name,
                ServerSideEncryptionConfiguration = new ServerSideEncryptionConfiguration
                {
                    ServerSideEncryptionRules = [new ServerSideEncryptionRule { ServerSideEncryptionByDefault = new ServerSideEncryptionByDefault { ServerSideEncryptionAlgorithm = ServerSideEncryptionMethod.AES256 } }],
                },
            },
            cancellationToken);

    private async Task<Finding?> CompareRuleAsync(CancellationToken cancellationToken)
    {
        if ((await RulesAsync(cancellationToken)).Find(rule => rule.Id == Rule) is not { } actual)
        {
            return null;
        }

        var comparison = new Comparison();
        var transition = actual.Transitions?.Count == 1 ? actual.Transitions[0] : null;
        comparison.Expect("Status", LifecycleRuleStatus.Enabled.Value, actual.Status?.Value);
        comparison.Expect("Prefix", definition.Prefix, (actual.Filter?.LifecycleFilterPredicate as LifecyclePrefixPredicate)?.Prefix);
        comparison.Expect("days to the archive tier", $"{definition.ArchiveDays}", $"{transition?.Days}");
        comparison.Expect("archive tier", S3StorageClass.GlacierInstantRetrieval.Value, transition?.StorageClass?.Value);
        comparison.Expect("days to deletion", $"{definition.RetentionDays}", $"{actual.Expiration?.Days}");
        comparison.Expect("days to the end of an incomplete upload", $"{IncompleteUploadDays}", $"{actual.AbortIncompleteMultipartUpload?.DaysAfterInitiation}");
        return comparison.Conclude(Lifecycle);
    }

    // All rules are written at once, and an owner's own are to remain.
    private async Task AddRuleAsync(CancellationToken cancellationToken)
    {
        var rule = new LifecycleRule
        {
            Id = Rule,
            Status = LifecycleRuleStatus.Enabled,
            Filter = new LifecycleFilter { LifecycleFilterPredicate = new LifecyclePrefixPredicate { Prefix = definition.Prefix } },
            Transitions = [new LifecycleTransition { Days = definition.ArchiveDays, StorageClass = S3StorageClass.GlacierInstantRetrieval }],
            Expiration = new LifecycleRuleExpiration { Days = definition.RetentionDays },
            AbortIncompleteMultipartUpload = new LifecycleRuleAbortIncompleteMultipartUpload { DaysAfterInitiation = IncompleteUploadDays },
        };
        await s3.PutLifecycleConfigurationAsync(
            new PutLifecycleConfigurationRequest { BucketName = definition.Name, Configuration = new LifecycleConfiguration { Rules = [.. await RulesAsync(cancellationToken), rule] } },
            cancellationToken);
    }

    private async Task<List<LifecycleRule>> RulesAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await s3.GetLifecycleConfigurationAsync(definition.Name, cancellationToken)).Configuration?.Rules ?? [];
        }
        catch (AmazonS3Exception exception) when (exception.ErrorCode == "NoSuchLifecycleConfiguration")
        {
            return [];
        }
    }

    private static string OnOff(bool? value) => value is true ? "on" : "off";
}
