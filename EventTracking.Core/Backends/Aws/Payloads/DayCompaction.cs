using EventTracking.Core.Payloads;
using EventTracking.Core.Resilience;
using Microsoft.Extensions.Logging;

namespace EventTracking.Core.Backends.Aws.Payloads;

/// <summary>
/// Compacts a day. Nothing is remembered between two steps: each begins with what the bucket has. A step deletes the segments that
/// the index, as it is read back, has at a place whose object is there; then it copies others into a new object, verifies it, and
/// adds it to the index. So a segment is deleted only after a later look at its index and its object.
/// </summary>
internal sealed partial class DayCompaction(PayloadObjects objects, CompactedDays days, SegmentJoin join, CompactionLimits limits, TimeProvider time, ILogger<DayCompaction> logger)
{
    private const int MostSteps = 1000;
    private const int MostTries = 10;

    /// <summary>With less time than this no object is begun.</summary>
    private static readonly TimeSpan ShortestStep = TimeSpan.FromSeconds(30);

    public async Task<CompactionResult> RunAsync(DateOnly day, Deadline deadline, CancellationToken cancellationToken)
    {
        var result = new CompactionResult(0, 0, 0, IsDone: true);
        HashSet<Ulid> leftOut = [];
        for (var step = 0; step < MostSteps; step++)
        {
            var left = await DeleteJoinedAsync(day, cancellationToken);
            left.RemoveAll(segment => segment.IsArchived || segment.Bytes > limits.SegmentBytes || leftOut.Contains(segment.Key.Name));
            if (left.Count < 2)
            {
                Report(day, leftOut.Count);
                return result;
            }

            if (deadline.Left < ShortestStep)
            {
                break;
            }

            // Verifying and deleting take less time than copying; should they not, the next run goes on with them.
            var joined = await join.CopyAsync(day, Choose(left), Deadline.In(deadline.Left / 2, time), cancellationToken);
            leftOut.UnionWith(joined.LeftOut);
            if (joined.Segments.Count > 0 && await AddAsync(day, joined, cancellationToken))
            {
                Log.Joined(logger, joined.Segments.Count, day, joined.Key, joined.Bytes);
                result += new CompactionResult(1, joined.Segments.Count, joined.Bytes, IsDone: true);
            }
        }

        return result with { IsDone = false };
    }

    /// <summary>Deletes the segments that are safe elsewhere and returns the others, the oldest first.</summary>
    private async Task<List<StoredSegment>> DeleteJoinedAsync(DateOnly day, CancellationToken cancellationToken)
    {
        List<StoredSegment> segments = [];
        foreach (var found in await objects.ListAsync(SegmentKey.FolderOf(day), after: null, ISegmentStore.MostOfDay, cancellationToken))
        {
            if (found.Bytes > 0 && SegmentKey.TryParse(found.Key, out var key))
            {
                segments.Add(new StoredSegment(key, found.Bytes, found.IsArchived));
            }
        }

        if (segments.Count == 0)
        {
            return segments;
        }

        var index = (await days.ReadAsync(day, cancellationToken)).Day;
        Dictionary<CompactedObject, bool> areThere = [];
        List<StoredSegment> joined = [];
        foreach (var segment in segments)
        {
            if (index.Find(segment.Key.Name) is not { } place || place.Length != segment.Bytes)
            {
                continue;
            }

            if (!areThere.TryGetValue(place.Object, out var isThere))
            {
                areThere[place.Object] = isThere = await objects.IsThereAsync(place.Object, cancellationToken);
                if (!isThere)
                {
                    Log.Gone(logger, place.Object.Key, day);
                }
            }

            if (isThere)
            {
                joined.Add(segment);
            }
        }

        if (await objects.DeleteAsync(joined.Select(segment => segment.Key.ToString()), cancellationToken) is > 0 and var refused)
        {
            Log.NotDeleted(logger, refused, day);
        }

        return [.. segments.Except(joined)];
    }

    /// <summary>The first segments of those that are left, so that all of these are divided evenly.</summary>
    private List<StoredSegment> Choose(List<StoredSegment> left)
    {
        var total = left.Sum(segment => segment.Bytes);
        var wanted = total / ((total + limits.ObjectBytes - 1) / limits.ObjectBytes);
        List<StoredSegment> chosen = [];
        var bytes = 0L;
        foreach (var segment in left)
        {
            if (chosen.Count == limits.SegmentsInObject || (chosen.Count >= 2 && (bytes >= wanted || bytes + segment.Bytes > limits.ObjectBytes)))
            {
                break;
            }

            chosen.Add(segment);
            bytes += segment.Bytes;
        }

        return chosen;
    }

    /// <summary>
    /// Verifies the object and adds it to the index. Returns false if another run has joined one of its segments in the meantime; the
    /// object, which nothing refers to, is then deleted.
    /// </summary>
    private async Task<bool> AddAsync(DateOnly day, JoinedSegments joined, CancellationToken cancellationToken)
    {
        var verified = await join.VerifyAsync(joined, cancellationToken);
        if (verified is null)
        {
            await objects.DeleteAsync([joined.Key], cancellationToken);
            throw new InvalidDataException($"The new object {joined.Key} does not have the bytes that were written. It was deleted again; the segments of {day:yyyy-MM-dd} are as they were.");
        }

        var places = joined.Segments.Select(segment => KeyValuePair.Create(segment.Name, new SegmentPlace(verified, segment.Offset, segment.Length))).ToList();
        for (var tries = 0; tries < MostTries; tries++)
        {
            var read = await days.ReadAsync(day, cancellationToken);
            var known = places.Select(place => read.Day.Find(place.Key)?.Object).OfType<CompactedObject>().Distinct().ToList();
            if (known.Contains(verified))
            {
                // It was written, and the response was lost.
                return true;
            }

            foreach (var other in known)
            {
                if (await objects.IsThereAsync(other, cancellationToken))
                {
                    await objects.DeleteAsync([joined.Key], cancellationToken);
                    return false;
                }
            }

            if (await days.TryWriteAsync(read.Day.With(places), read, cancellationToken))
            {
                return true;
            }
        }

        throw new StoreUnavailableException($"The index of {day:yyyy-MM-dd} was changed by others {MostTries} times in a row. The next run will add {joined.Key}'s segments.");
    }

    private void Report(DateOnly day, int leftOut)
    {
        if (leftOut > 0)
        {
            Log.LeftOut(logger, leftOut, day);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Joined {Segments} segments of {Day} in {Object} of {Bytes} bytes")]
        public static partial void Joined(ILogger logger, int segments, DateOnly day, string @object, long bytes);

        [LoggerMessage(2, LogLevel.Error, "The index of {Day} names the object {Object}, which is missing or has changed. Segments that still exist will be joined again; to recover the others, restore the object's last version")]
        public static partial void Gone(ILogger logger, string @object, DateOnly day);

        [LoggerMessage(3, LogLevel.Warning, "S3 refused to delete {Count} segments of {Day} that were joined; the next run tries again")]
        public static partial void NotDeleted(ILogger logger, int count, DateOnly day);

        [LoggerMessage(4, LogLevel.Warning, "{Count} segments of {Day} stay as they are: they are damaged, or were alone")]
        public static partial void LeftOut(ILogger logger, int count, DateOnly day);
    }
}
