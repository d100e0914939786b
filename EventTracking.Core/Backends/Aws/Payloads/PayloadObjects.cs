using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using EventTracking.Core.Backends.Aws.Calls;
using EventTracking.Core.Resilience;
using Microsoft.Extensions.Options;

namespace EventTracking.Core.Backends.Aws.Payloads;

/// <summary>What compaction does with objects of the bucket. All methods throw <see cref="StoreUnavailableException"/> if S3 does not respond.</summary>
internal sealed class PayloadObjects(IAmazonS3 s3, IOptions<AwsOptions> options, TimeProvider time)
{
    private const int KeysPerDeletion = 1000;
    private const string ContentType = "application/gzip";

    /// <summary>What is read whole has a bound: a segment that is joined, a part of an object, an index.</summary>
    private const int LongestRead = 64 * 1024 * 1024;

    public string Bucket { get; } = options.Value.PayloadBucket;

    /// <summary>Returns the objects below a prefix in the order of their keys, up to a limit.</summary>
    public async Task<List<StoredObject>> ListAsync(string prefix, string? after, int limit, CancellationToken cancellationToken)
    {
        var request = new ListObjectsV2Request { BucketName = Bucket, Prefix = prefix, StartAfter = after, MaxKeys = Math.Min(limit, KeysPerDeletion) };
        List<StoredObject> found = [];
        do
        {
            var response = await CallAsync(s3.ListObjectsV2Async(request, cancellationToken), cancellationToken);
            found.AddRange((response.S3Objects ?? []).Select(each => new StoredObject(each.Key, each.Size ?? 0, each.StorageClass == S3StorageClass.GlacierInstantRetrieval)));
            request.ContinuationToken = response.NextContinuationToken;
        }
        while (request.ContinuationToken is not null && found.Count < limit);

        return found;
    }

    /// <summary>Reads a whole object, or a range that must lie entirely within it; null if the object does not exist.</summary>
    public async Task<ReadObject?> ReadAsync(string key, ByteRange? range, string? unlessETag, CancellationToken cancellationToken)
    {
        try
        {
            return await CallAsync(GetAsync(new GetObjectRequest { BucketName = Bucket, Key = key, ByteRange = range, EtagToNotMatch = unlessETag }, cancellationToken), cancellationToken);
        }
        catch (AmazonS3Exception exception) when (exception.ErrorCode == "NoSuchKey")
        {
            return null;
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.NotModified)
        {
            return new ReadObject(null, unlessETag ?? "");
        }
        catch (AmazonS3Exception exception) when (exception.ErrorCode == "InvalidObjectState")
        {
            throw new StoreUnavailableException($"The object {key} is in a storage class without immediate access. Restore the object, then try again.", exception);
        }
    }

    /// <summary>Whether the object is there as it was verified.</summary>
    public async Task<bool> IsThereAsync(CompactedObject verified, CancellationToken cancellationToken)
    {
        try
        {
            var found = await CallAsync(s3.GetObjectMetadataAsync(Bucket, verified.Key, cancellationToken), cancellationToken);
            return found.ContentLength == verified.Bytes && found.ETag == verified.ETag;
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.NotFound)
        {
            return false;
        }
    }

    /// <summary>Writes an object if the one under its key has this entity tag, or if there is none. Returns false otherwise.</summary>
    public async Task<bool> TryWriteAsync(string key, ReadOnlyMemory<byte> bytes, string? overETag, CancellationToken cancellationToken)
    {
        using var stream = ObjectUpload.StreamOf(bytes);
        var request = new PutObjectRequest { BucketName = Bucket, Key = key, InputStream = stream, ContentType = ContentType, ChecksumAlgorithm = ChecksumAlgorithm.CRC32 };
        if (overETag is null)
        {
            request.IfNoneMatch = "*";
        }
        else
        {
            request.IfMatch = overETag;
        }

        try
        {
            await CallAsync(s3.PutObjectAsync(request, cancellationToken), cancellationToken);
            return true;
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode is HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict || exception.ErrorCode == "NoSuchKey")
        {
            return false;
        }
    }

    public ObjectUpload Upload(string key, int partBytes) => new(s3, Bucket, key, ContentType, partBytes, time);

    /// <summary>Deletes the objects and returns how many of them S3 refused to delete.</summary>
    public async Task<int> DeleteAsync(IEnumerable<string> keys, CancellationToken cancellationToken)
    {
        var refused = 0;
        foreach (var some in keys.Chunk(KeysPerDeletion))
        {
            var request = new DeleteObjectsRequest { BucketName = Bucket, Objects = [.. some.Select(key => new KeyVersion { Key = key })], Quiet = true };
            try
            {
                await CallAsync(s3.DeleteObjectsAsync(request, cancellationToken), cancellationToken);
            }
            catch (DeleteObjectsException exception)
            {
                refused += exception.Response.DeleteErrors?.Count ?? 0;
            }
        }

        return refused;
    }

    private Task<T> CallAsync<T>(Task<T> call, CancellationToken cancellationToken) => AwsCall.RunAsync(call, CallLimit.Payload, time, cancellationToken);

    private async Task<ReadObject> GetAsync(GetObjectRequest request, CancellationToken cancellationToken)
    {
        // The SDK's own time-out ends when the response headers arrive.
        using var impatience = new CancellationTokenSource(CallLimit.Payload.AllTries, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(impatience.Token, cancellationToken);
        using var response = await s3.GetObjectAsync(request, linked.Token);
        if (response.ContentLength > LongestRead)
        {
            throw new StoreUnavailableException($"The object {request.Key} has {response.ContentLength} bytes, more than the {LongestRead} that are read at once. It is none that the product wrote.");
        }

        var bytes = new byte[response.ContentLength];
        await response.ResponseStream.ReadExactlyAsync(bytes, linked.Token);
        return new ReadObject(bytes, response.ETag);
    }
}

/// <summary>An object in a list.</summary>
internal readonly record struct StoredObject(string Key, long Bytes, bool IsArchived);

/// <summary>The bytes that were read, null if the object has not changed, and the object's entity tag.</summary>
internal sealed record ReadObject(byte[]? Bytes, string ETag);
