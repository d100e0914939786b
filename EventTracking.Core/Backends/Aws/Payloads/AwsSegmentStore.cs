using Amazon.S3;
using Amazon.S3.Model;
using EventTracking.Core.Backends.Aws.Calls;
using EventTracking.Core.Payloads;
using EventTracking.Core.Resilience;
using Microsoft.Extensions.Options;

namespace EventTracking.Core.Backends.Aws.Payloads;

/// <summary>The segments in S3. A search pays for a GET per segment, and for a LIST per thousand.</summary>
internal sealed class AwsSegmentStore(IAmazonS3 s3, IOptions<AwsOptions> options, TimeProvider time) : ISegmentStore
{
    private const string NoSuchKey = nameof(NoSuchKey);

    // List prices of us-east-1, 2026-11: a GET, and what Glacier Instant Retrieval charges for a GET and for a byte.
    private const double DollarsPerGet = 0.4e-6;
    private const double DollarsPerColdGet = 10e-6;
    private const double DollarsPerColdByte = 0.03 / (1024 * 1024 * 1024);

    private readonly string bucket = options.Value.PayloadBucket;

    /// <summary>Estimated: eight GETs at once of some 25 ms each.</summary>
    public ScanSpeed Speed { get; } = new(300, 40e6);

    public async Task<IReadOnlyList<SegmentInfo>> ListAsync(DateOnly day, CancellationToken cancellationToken)
    {
        var request = new ListObjectsV2Request { BucketName = bucket, Prefix = SegmentWriter.FolderOf(new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero)) };
        List<SegmentInfo> segments = [];
        do
        {
            var response = await AwsCall.RunAsync(s3.ListObjectsV2Async(request, cancellationToken), CallLimit.Payload, time, cancellationToken);
            segments.AddRange((response.S3Objects ?? []).Select(found => new SegmentInfo(found.Key, found.Size ?? 0, DollarsOf(found))));
            request.ContinuationToken = response.NextContinuationToken;
        }
        while (request.ContinuationToken is not null && segments.Count < ISegmentStore.MostOfDay);

        segments.Reverse();
        return segments;
    }

    public async Task<Stream?> OpenAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            var response = await AwsCall.RunAsync(s3.GetObjectAsync(new GetObjectRequest { BucketName = bucket, Key = key }, cancellationToken), CallLimit.Payload, time, cancellationToken);
            return response.ResponseStream;
        }
        catch (AmazonS3Exception exception) when (exception.ErrorCode == NoSuchKey)
        {
            return null;
        }
        catch (AmazonS3Exception exception) when (exception.ErrorCode == "InvalidObjectState")
        {
            throw new StoreUnavailableException($"The segment {key} is in a storage class without immediate access. Restore the object, or search other days.", exception);
        }
    }

    private static double DollarsOf(S3Object segment) => segment.StorageClass == S3StorageClass.GlacierInstantRetrieval
        ? DollarsPerColdGet + ((segment.Size ?? 0) * DollarsPerColdByte)
        : DollarsPerGet;
}
