using Amazon.S3;
using Amazon.S3.Model;
using EventTracking.Core.Backends.Aws.Calls;
using EventTracking.Core.Payloads;
using EventTracking.Core.Resilience;
using Microsoft.Extensions.Options;

namespace EventTracking.Core.Backends.Aws.Payloads;

/// <summary>
/// The segments in S3. A search pays for a GET per segment, and for a LIST per thousand. Those that were joined it reads in pieces of
/// 8 MB, and pays for a LIST and for the index of their day.
/// </summary>
internal sealed class AwsSegmentStore(IAmazonS3 s3, PayloadObjects objects, CompactedDays days, IOptions<AwsOptions> options, TimeProvider time) : ISegmentStore
{
    /// <summary>A piece is searched at once; a small Lambda function searches eight of this length in some ten seconds.</summary>
    private const long PieceBytes = 8 * 1024 * 1024;

    private const string NoSuchKey = nameof(NoSuchKey);

    // List prices of us-east-1, 2026-11: a LIST of a thousand keys, a GET, and what Glacier Instant Retrieval charges for a GET and for a byte.
    private const double DollarsPerList = 5e-6;
    private const int KeysPerList = 1000;
    private const double DollarsPerGet = 0.4e-6;
    private const double DollarsPerColdGet = 10e-6;
    private const double DollarsPerColdByte = 0.03 / (1024 * 1024 * 1024);

    private readonly string bucket = options.Value.PayloadBucket;

    /// <summary>Estimated: eight GETs at once of some 25 ms each.</summary>
    public ScanSpeed Speed { get; } = new(300, 40e6);

    public async Task<SegmentList> ListAsync(DateOnly day, CancellationToken cancellationToken)
    {
        // In this order: what is deleted after the list is in the index.
        var single = await objects.ListAsync(SegmentKey.FolderOf(day), after: null, ISegmentStore.MostOfDay, cancellationToken);
        var index = (await days.ReadAsync(day, cancellationToken)).Day;
        var segments = single
            .Where(found => SegmentKey.TryParse(found.Key, out var key) && index.Find(key.Name) is null)
            .Select(found => new SegmentInfo(found.Key, found.Bytes, DollarsOf(found.Bytes, found.IsArchived)))
            .ToList();
        var dollars = DollarsPerGet + (DollarsPerList * (1 + (single.Count / KeysPerList)));
        if (index.Count > 0)
        {
            var joined = (await objects.ListAsync(CompactedDay.PrefixOf(day), after: null, KeysPerList, cancellationToken)).ToDictionary(found => found.Key);
            segments.AddRange(index.Pieces(PieceBytes).Where(piece => joined.ContainsKey(piece.Object.Key)).Select(piece =>
                new SegmentInfo(new SegmentKey(day, piece.First).ToString(), piece.Length, DollarsOf(piece.Length, joined[piece.Object.Key].IsArchived))
                {
                    Within = piece.Object.Key,
                    Offset = piece.Offset,
                }));
            segments.Sort((one, other) => string.CompareOrdinal(one.Key, other.Key));
            dollars += DollarsPerList;
        }

        segments.Reverse();
        return new SegmentList(segments, segments.Count == 0 ? 0 : dollars);
    }

    public async Task<Stream?> OpenAsync(SegmentInfo segment, CancellationToken cancellationToken)
    {
        if (segment.Within is { } container)
        {
            return await OpenAsync(container, RangeOf(segment.Offset, segment.Bytes), cancellationToken);
        }

        // It may have been joined with others since it was listed.
        return await OpenAsync(segment.Key, range: null, cancellationToken)
            ?? (await days.FindAsync(segment.Key, cancellationToken) is { } place ? await OpenAsync(place.Object.Key, RangeOf(place.Offset, place.Length), cancellationToken) : null);
    }

    private async Task<Stream?> OpenAsync(string key, ByteRange? range, CancellationToken cancellationToken)
    {
        try
        {
            var request = new GetObjectRequest { BucketName = bucket, Key = key, ByteRange = range };
            var response = await AwsCall.RunAsync(s3.GetObjectAsync(request, cancellationToken), CallLimit.Payload, time, cancellationToken);
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

    private static ByteRange RangeOf(long offset, long length) => new(offset, offset + length - 1);

    private static double DollarsOf(long bytes, bool isArchived) => isArchived ? DollarsPerColdGet + (bytes * DollarsPerColdByte) : DollarsPerGet;
}
