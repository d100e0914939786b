using System.Net;
using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;

namespace EventTracking.Core.Backends.Aws.Provisioning;

/// <summary>An S3 bucket.</summary>
internal sealed class AwsBucket(BucketDefinition definition, IAmazonS3 s3, AwsEndpoint endpoint, TimeProvider time) : IAwsResource
{
    private const string Rule = "event-tracking-payloads";

    /// <summary>An upload that a compaction did not complete is never continued: the next run makes a new one.</summary>
    private const int IncompleteUploadDays = 1;

    /// <summary>S3 accepts one change to a bucket at a time and takes seconds to apply it everywhere.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Repetition repetition = new(Patience, time);

    private string Subject => $"bucket {definition.Name}";

    private string Lifecycle => $"{Subject}, lifecycle rule {Rule}";

    private string PublicAccess => $"{Subject}, public access block";

    private string Encryption => $"{Subject}, encryption";

    public async Task<IReadOnlyList<string>> FindMissingAsync(CancellationToken cancellationToken) => await ExistsAsync(cancellationToken) ? [] : [Subject];

    private async Task<bool> ExistsAsync(CancellationToken cancellationToken)
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
            throw new BackendException($"Access to the {Subject} was denied: it belongs to another account, or these credentials lack permission. Bucket names are unique across AWS, so set {AwsOptions.Section}:{nameof(AwsOptions.PayloadBucket)} to a name of your own or grant access.", exception);
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
            return (exists ? await compareAsync(cancellationToken) : null) ?? Absent();
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.NotFound)
        {
            return Absent();
        }
        catch (AmazonS3Exception exception) when (endpoint.Lacks(exception))
        {
            return new Finding.Unsupported(subject);
        }

        Finding.Absent Absent() => new(subject, token => RepeatAsync(createAsync, token));
    }

    private Task CreateAsync(CancellationToken cancellationToken) => RepeatAsync(
        async token =>
        {
            try
            {
                await s3.PutBucketAsync(definition.Name, token);
            }
            catch (AmazonS3Exception exception) when (exception.ErrorCode == "BucketAlreadyOwnedByYou")
            {
                // An earlier try of this call, whose response was lost, or another run has created the bucket.
            }
        },
        cancellationToken);

    private Task RepeatAsync(Func<CancellationToken, Task> changeAsync, CancellationToken cancellationToken) => repetition.RunAsync(
        $"The {Subject} could not be changed",
        async () =>
        {
            try
            {
                await changeAsync(cancellationToken);
                return true;
            }
            catch (AmazonS3Exception exception) when (exception.ErrorCode is "OperationAborted" or "NoSuchBucket")
            {
                return false;
            }
        },
        cancellationToken);

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

    // The owner's own KMS key is a stricter choice and is accepted too.
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
        if ((await ReadLifecycleAsync(cancellationToken))?.Configuration?.Rules?.Find(rule => rule.Id == Rule) is not { } actual)
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

    // S3 writes all rules at once, together with the minimum size of objects that they move, so keep what the owner chose.
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
        var lifecycle = await ReadLifecycleAsync(cancellationToken);
        await s3.PutLifecycleConfigurationAsync(
            new PutLifecycleConfigurationRequest
            {
                BucketName = definition.Name,
                Configuration = new LifecycleConfiguration { Rules = [.. lifecycle?.Configuration?.Rules ?? [], rule] },
                TransitionDefaultMinimumObjectSize = lifecycle?.TransitionDefaultMinimumObjectSize,
            },
            cancellationToken);
    }

    private async Task<GetLifecycleConfigurationResponse?> ReadLifecycleAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await s3.GetLifecycleConfigurationAsync(definition.Name, cancellationToken);
        }
        catch (AmazonS3Exception exception) when (exception.ErrorCode == "NoSuchLifecycleConfiguration")
        {
            return null;
        }
    }

    private static string OnOff(bool? value) => value is true ? "on" : "off";
}
