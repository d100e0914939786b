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
/// The payloads in S3. Every call writes one segment with one PUT, and a ranged GET of one member reads one payload. The
/// object has no content encoding, because clients would otherwise decompress it despite its <c>.gz</c> key. A segment that is
/// not there any more may have been joined with others, and the index of its day says where it is.
/// </summary>
internal sealed class AwsPayloadArchive(IAmazonS3 s3, CompactedDays days, IOptions<AwsOptions> options, TimeProvider timeProvider) : IPayloadArchive
{
    private const int MaxTries = 3;
    private const string ContentType = "application/gzip";
    private const string NoSuchKey = nameof(NoSuchKey);

    /// <summary>The SDK's own time-out ends when the response headers arrive, so reading the body needs a limit of its own.</summary>
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
                throw new StoreUnavailableException($"S3 rejected {MaxTries} keys of new segments because they already exist, most recently {key}.");
            }

            key = SegmentWriter.NewKey(timeProvider.GetUtcNow());
        }

        return pointers[0].Segment == key ? pointers : pointers.ConvertAll(pointer => pointer with { Segment = key });
    }

    public async Task<PayloadRead> ReadAsync(PayloadPointer pointer, CancellationToken cancellationToken)
    {
        if (pointer.Offset < 0 || pointer.Length <= 0)
        {
            return new PayloadRead.Corrupt("The pointer has a negative offset or no length.");
        }

        return await FindAsync<PayloadRead>(
            pointer,
            ReadThereAsync,
            read => read is PayloadRead.Deleted,
            EndsTooEarly(),
            cancellationToken);
    }

    public async Task<bool> ExistsAsync(PayloadPointer pointer, CancellationToken cancellationToken) =>
        await FindAsync(pointer, ExistsThereAsync, exists => !exists, true, cancellationToken);

    /// <summary>
    /// Looks where the segment was last known to be, and if it is not there, where the index says that it is now. A segment is deleted
    /// only after the index had its new place, so one of the two has it at every moment.
    /// </summary>
    private async Task<T> FindAsync<T>(
        PayloadPointer pointer, Func<PayloadPointer, CancellationToken, Task<T>> lookAsync, Func<T, bool> isGone, T tooShort, CancellationToken cancellationToken)
    {
        var known = days.FindKnown(pointer.Segment);
        if (known is not null && await LookAsync(known) is var moved && !isGone(moved))
        {
            return moved;
        }

        var there = await lookAsync(pointer, cancellationToken);
        return !isGone(there) || await days.FindAsync(pointer.Segment, cancellationToken) is not { } place || place == known ? there : await LookAsync(place);

        Task<T> LookAsync(SegmentPlace place) =>
            place.Translate(pointer) is { } translated ? lookAsync(translated, cancellationToken) : Task.FromResult(tooShort);
    }

    private async Task<PayloadRead> ReadThereAsync(PayloadPointer pointer, CancellationToken cancellationToken)
    {
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
    /// Uses a GET of one byte. A HEAD costs the same, but its response has no body to distinguish a missing object from a
    /// missing bucket, and it does not reveal that a segment must be restored first.
    /// </summary>
    private async Task<bool> ExistsThereAsync(PayloadPointer pointer, CancellationToken cancellationToken)
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

    /// <summary>Encodes one payload at a time, so that at most one is in memory in both forms.</summary>
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
            throw new StoreUnavailableException($"A segment of {payloads.Count} payloads could not be written to a temporary file: {exception.Message}", exception);
        }

        return pointers;
    }

    /// <summary>
    /// Returns false if the key exists: an earlier try of the same call wrote it and its response was lost, or another writer
    /// drew the same random number. Segments are written once, so the caller uses another key either way; a leftover segment
    /// expires with its retention.
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
            // An owner's lifecycle rule may move segments to a tier with hours of restore time. They are neither gone nor damaged.
            throw new StoreUnavailableException($"The payload's segment {request.Key} is in a storage class without immediate access. Restore the object, then try again.", exception);
        }
    }

    private static PayloadRead.Corrupt EndsTooEarly() => new("The segment ends before the payload does.");
}
