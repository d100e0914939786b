using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using EventTracking.Core.Backends.Aws.Calls;
using EventTracking.Core.Payloads;
using EventTracking.Core.Resilience;
using Microsoft.Extensions.Options;

namespace EventTracking.Core.Backends.Aws.Payloads;

/// <summary>
/// The payloads in S3: every call writes one segment with one PUT, and a range GET of one member reads one payload. The object
/// has no content encoding, or clients would unpack what the key says is packed.
/// </summary>
internal sealed class AwsPayloadArchive(IAmazonS3 s3, IOptions<AwsOptions> options, TimeProvider timeProvider) : IPayloadArchive
{
    private const int MaxTries = 3;
    private const string ContentType = "application/gzip";
    private const string NoSuchKey = nameof(NoSuchKey);

    /// <summary>The SDK's own time-out ends with the head of an answer.</summary>
    private static readonly TimeSpan BodyTimeout = TimeSpan.FromSeconds(30);

    private readonly string bucket = options.Value.PayloadBucket;

    public async Task<IReadOnlyList<PayloadPointer>> AppendAsync(IReadOnlyList<PayloadRecord> payloads, CancellationToken cancellationToken)
    {
        if (payloads.Count == 0)
        {
            return [];
        }

        using var spool = new SegmentSpool();
        var pointers = Fill(spool, payloads, SegmentWriter.NewKey(timeProvider.GetUtcNow()));
        var key = pointers[0].Segment;
        for (var tries = 1; !await TryPutAsync(key, spool, cancellationToken); tries++)
        {
            if (tries == MaxTries)
            {
                throw new StoreUnavailableException($"S3 refused {MaxTries} keys of new segments as taken, the last of them {key}.");
            }

            key = SegmentWriter.NewKey(timeProvider.GetUtcNow());
        }

        return pointers[0].Segment == key ? pointers : pointers.ConvertAll(pointer => pointer with { Segment = key });
    }

    public async Task<PayloadRead> ReadAsync(PayloadPointer pointer, CancellationToken cancellationToken)
    {
        if (pointer.Offset < 0 || pointer.Length <= 0)
        {
            return new PayloadRead.Corrupt("The pointer names no bytes.");
        }

        try
        {
            return await AwsCall.RunAsync(GetAsync(pointer, cancellationToken), CallLimit.Payload, timeProvider, cancellationToken);
        }
        catch (AmazonS3Exception exception) when (exception.ErrorCode == NoSuchKey)
        {
            return new PayloadRead.Deleted();
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            return EndsTooEarly();
        }
    }

    /// <summary>
    /// By a GET of one byte. A HEAD costs the same, but has no body to say whether it is the object or the bucket that is
    /// missing, and does not show that a segment must be restored first.
    /// </summary>
    public async Task<bool> ExistsAsync(PayloadPointer pointer, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await AwsCall.RunAsync(SendAsync(Range(pointer, Math.Max(pointer.Offset, 0), 1), cancellationToken), CallLimit.Payload, timeProvider, cancellationToken);
            return true;
        }
        catch (AmazonS3Exception exception) when (exception.ErrorCode == NoSuchKey)
        {
            return false;
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            return true;
        }
    }

    /// <summary>One by one: at no time is there more than one payload in both forms.</summary>
    private static List<PayloadPointer> Fill(SegmentSpool spool, IReadOnlyList<PayloadRecord> payloads, string key)
    {
        var pointers = new List<PayloadPointer>(payloads.Count);
        try
        {
            foreach (var payload in payloads)
            {
                using var member = SegmentWriter.Encode(payload, SegmentCompression.Deflate);
                pointers.Add(member.At(key, spool.Length));
                spool.Append(member.Bytes.Span);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException($"A segment of {payloads.Count} payloads could not be gathered in a temporary file: {exception.Message}", exception);
        }

        return pointers;
    }

    /// <summary>
    /// False where the key is taken: by an earlier try of the same call whose answer was lost, or by whoever drew the same
    /// random number. A segment is written once, so either way another key is used; what may be left over ends with its retention.
    /// </summary>
    private async Task<bool> TryPutAsync(string key, SegmentSpool spool, CancellationToken cancellationToken)
    {
        var request = new PutObjectRequest
        {
            BucketName = bucket,
            Key = key,
            InputStream = spool.OpenRead(),
            AutoCloseStream = false,
            ContentType = ContentType,
            ChecksumAlgorithm = ChecksumAlgorithm.CRC32,
            IfNoneMatch = "*",
        };
        try
        {
            await AwsCall.RunAsync(s3.PutObjectAsync(request, cancellationToken), CallLimit.Payload, timeProvider, cancellationToken);
            return true;
        }
        catch (AmazonServiceException exception) when (exception.StatusCode is HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict)
        {
            return false;
        }
    }

    private async Task<PayloadRead> GetAsync(PayloadPointer pointer, CancellationToken cancellationToken)
    {
        using var impatience = new CancellationTokenSource(BodyTimeout, timeProvider);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(impatience.Token, cancellationToken);
        using var response = await SendAsync(Range(pointer, pointer.Offset, pointer.Length), linked.Token);
        if (response.ContentLength != pointer.Length)
        {
            return EndsTooEarly();
        }

        using var member = new PooledBuffer(pointer.Length);
        await response.ResponseStream.ReadExactlyAsync(member.GetMemory(pointer.Length)[..pointer.Length], linked.Token);
        member.Advance(pointer.Length);
        return SegmentReader.Read(member.Memory, pointer);
    }

    private GetObjectRequest Range(PayloadPointer pointer, long offset, int length) =>
        new() { BucketName = bucket, Key = pointer.Segment, ByteRange = new ByteRange(offset, offset + length - 1) };

    private async Task<GetObjectResponse> SendAsync(GetObjectRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await s3.GetObjectAsync(request, cancellationToken);
        }
        catch (AmazonS3Exception exception) when (exception.ErrorCode == "InvalidObjectState")
        {
            // A lifecycle of one's own may move segments where a read wants hours of notice. They are neither gone nor damaged.
            throw new StoreUnavailableException($"The payload's segment {request.Key} is in a storage class that is not readable at once; restore the object, then try again.", exception);
        }
    }

    private static PayloadRead.Corrupt EndsTooEarly() => new("The segment ends before the payload does.");
}
