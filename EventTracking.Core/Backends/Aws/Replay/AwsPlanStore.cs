using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using EventTracking.Core.Backends.Aws.Calls;
using EventTracking.Core.Replay;
using Microsoft.Extensions.Options;

namespace EventTracking.Core.Backends.Aws.Replay;

/// <summary>Stores plans as objects beside the payloads, so that the same rights cover them and the same rule deletes them.</summary>
internal sealed class AwsPlanStore(IAmazonS3 s3, IOptions<AwsOptions> options, TimeProvider time) : IPlanStore
{
    public async Task<bool> TryWriteAsync(ReplayId id, ReadOnlyMemory<byte> plan, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(plan.ToArray());
        var request = new PutObjectRequest { BucketName = options.Value.PayloadBucket, Key = KeyOf(id), InputStream = stream, ContentType = "application/gzip", IfNoneMatch = "*" };
        try
        {
            await AwsCall.RunAsync(s3.PutObjectAsync(request, cancellationToken), CallLimit.Payload, time, cancellationToken);
            return true;
        }
        catch (AmazonServiceException exception) when (exception.StatusCode is HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict)
        {
            return false;
        }
    }

    public async Task<ReadOnlyMemory<byte>?> FindAsync(ReplayId id, CancellationToken cancellationToken)
    {
        try
        {
            return await AwsCall.RunAsync(GetAsync(id, cancellationToken), CallLimit.Payload, time, cancellationToken);
        }
        catch (AmazonS3Exception exception) when (exception.ErrorCode == "NoSuchKey")
        {
            return null;
        }
    }

    private async Task<ReadOnlyMemory<byte>> GetAsync(ReplayId id, CancellationToken cancellationToken)
    {
        using var response = await s3.GetObjectAsync(new GetObjectRequest { BucketName = options.Value.PayloadBucket, Key = KeyOf(id) }, cancellationToken);
        using var read = new MemoryStream();
        await response.ResponseStream.CopyToAsync(read, cancellationToken);
        return read.ToArray();
    }

    private static string KeyOf(ReplayId id) => $"payloads/replays/{id}.jsonl.gz";
}
