using System.Net;
using System.Runtime.InteropServices;
using Amazon.S3;
using Amazon.S3.Model;
using EventTracking.Core.Backends.Aws.Calls;
using EventTracking.Core.Resilience;

namespace EventTracking.Core.Backends.Aws.Payloads;

/// <summary>
/// Uploads a new object of unknown length with one part of it in memory: in parts, or with one PUT if there is only one. What is not
/// completed is aborted, or, if the process dies, deleted by the bucket's lifecycle after a day.
/// </summary>
internal sealed class ObjectUpload(IAmazonS3 s3, string bucket, string key, string contentType, int partBytes, TimeProvider time) : IAsyncDisposable
{
    private readonly byte[] part = new byte[partBytes];
    private readonly List<PartETag> parts = [];
    private int filled;
    private string? upload;

    public string Key => key;

    public long Length { get; private set; }

    public static MemoryStream StreamOf(ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetArray(bytes, out var array) ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false) : new MemoryStream(bytes.ToArray(), writable: false);

    public async Task AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        Length += bytes.Length;
        while (bytes.Length > 0)
        {
            if (filled == part.Length)
            {
                await SendPartAsync(cancellationToken);
            }

            var taken = Math.Min(bytes.Length, part.Length - filled);
            bytes.Span[..taken].CopyTo(part.AsSpan(filled));
            filled += taken;
            bytes = bytes[taken..];
        }
    }

    /// <summary>
    /// Makes the object. Whether it is there the caller has to verify in any case: a response may be lost, and the upload is then
    /// unknown or the key taken.
    /// </summary>
    /// <exception cref="StoreUnavailableException">S3 did not respond.</exception>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (upload is null)
            {
                await CallAsync(s3.PutObjectAsync(NewPut(), cancellationToken), cancellationToken);
                return;
            }

            await SendPartAsync(cancellationToken);
            var request = new CompleteMultipartUploadRequest { BucketName = bucket, Key = key, UploadId = upload, PartETags = parts, IfNoneMatch = "*" };
            await CallAsync(s3.CompleteMultipartUploadAsync(request, cancellationToken), cancellationToken);
            upload = null;
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode is HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict || exception.ErrorCode == "NoSuchUpload")
        {
            upload = null;
        }
    }

    /// <summary>Aborts what was not completed, as far as S3 responds.</summary>
    public async ValueTask DisposeAsync()
    {
        if (upload is null)
        {
            return;
        }

        try
        {
            await CallAsync(s3.AbortMultipartUploadAsync(bucket, key, upload, CancellationToken.None), CancellationToken.None);
        }
        catch (Exception exception) when (exception is StoreUnavailableException or AmazonS3Exception)
        {
            // The lifecycle rule aborts it.
        }
    }

    private async Task SendPartAsync(CancellationToken cancellationToken)
    {
        upload ??= (await CallAsync(s3.InitiateMultipartUploadAsync(NewUpload(), cancellationToken), cancellationToken)).UploadId;
        using var stream = StreamOf(part.AsMemory(0, filled));
        var request = new UploadPartRequest
        {
            BucketName = bucket,
            Key = key,
            UploadId = upload,
            PartNumber = parts.Count + 1,
            InputStream = stream,
            PartSize = filled,
            ChecksumAlgorithm = ChecksumAlgorithm.CRC32,
        };
        var response = await CallAsync(s3.UploadPartAsync(request, cancellationToken), cancellationToken);
        parts.Add(new PartETag { PartNumber = request.PartNumber, ETag = response.ETag, ChecksumCRC32 = response.ChecksumCRC32 });
        filled = 0;
    }

    private InitiateMultipartUploadRequest NewUpload() => new() { BucketName = bucket, Key = key, ContentType = contentType, ChecksumAlgorithm = ChecksumAlgorithm.CRC32 };

    private PutObjectRequest NewPut() => new()
    {
        BucketName = bucket,
        Key = key,
        InputStream = StreamOf(part.AsMemory(0, filled)),
        ContentType = contentType,
        ChecksumAlgorithm = ChecksumAlgorithm.CRC32,
        IfNoneMatch = "*",
    };

    private Task<T> CallAsync<T>(Task<T> call, CancellationToken cancellationToken) => AwsCall.RunAsync(call, CallLimit.Payload, time, cancellationToken);
}
