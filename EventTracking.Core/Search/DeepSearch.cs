using EventTracking.Core.Payloads;
using EventTracking.Core.Resilience;

namespace EventTracking.Core.Search;

/// <summary>
/// Looks for a text inside payloads, in all segments of a range of days, newest first. Nothing is indexed, so it costs what the range
/// holds; a forecast says how much before anything is read. It ends after 50 hits or 15 seconds, with a position to continue from.
/// </summary>
internal sealed class DeepSearch(ISegmentStore segments, TimeProvider time)
{
    public const int MostHits = 50;
    public const int MostDays = 31;

    /// <summary>Segments read at once. Each has one payload in memory.</summary>
    private const int AtOnce = 8;

    private const int ListsAtOnce = 4;

    /// <summary>No further segments are begun after this.</summary>
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(15);

    /// <summary>Segments that are not read by then are left for the next call: on Lambda, a request has 30 seconds.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(24);

    /// <summary>Lists the segments and says what a search through all of them takes.</summary>
    public async Task<DeepSearchForecast> ForecastAsync(DateOnly from, DateOnly to, CancellationToken cancellationToken)
    {
        var days = Enumerable.Range(from.DayNumber, to.DayNumber - from.DayNumber + 1).Select(DateOnly.FromDayNumber);
        var (count, bytes, dollars) = (0L, 0L, 0.0);
        var gate = new Lock();
        var options = new ParallelOptions { MaxDegreeOfParallelism = ListsAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(days, options, async (day, token) =>
        {
            var found = await segments.ListAsync(day, token);
            lock (gate)
            {
                count += found.Segments.Count;
                bytes += found.Segments.Sum(segment => segment.Bytes);
                dollars += found.Dollars + found.Segments.Sum(segment => segment.Dollars);
            }
        });
        var seconds = (count / segments.Speed.SegmentsPerSecond) + (bytes / segments.Speed.BytesPerSecond);
        return new DeepSearchForecast(count, bytes, dollars, seconds);
    }

    /// <summary>Searches until it has enough hits, or its time is over.</summary>
    /// <param name="text">The text, as it is in the body of a payload; case matters.</param>
    /// <param name="from">The first day, by when a payload was archived.</param>
    /// <param name="to">The last day.</param>
    /// <param name="after">Where the last call stopped; null begins with the newest segment.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    /// <exception cref="StoreUnavailableException">The archive did not respond.</exception>
    public async Task<DeepSearchResult> RunAsync(string text, DateOnly from, DateOnly to, DeepSearchPosition? after, CancellationToken cancellationToken)
    {
        var budget = Deadline.In(Budget, time);
        using var limit = new CancellationTokenSource(Limit, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var scan = new SegmentScan(text);
        var result = new DeepSearchResult();
        for (var day = after?.Day ?? to; day >= from; day = day.AddDays(-1))
        {
            var left = (await segments.ListAsync(day, cancellationToken)).Segments.Where(segment => IsLeft(segment, day, after)).ToList();
            foreach (var group in left.Chunk(AtOnce))
            {
                if (budget.IsOver)
                {
                    return result with { Next = result.Next ?? after ?? new DeepSearchPosition(day, DeepSearchPosition.NameOf(group[0].Key), int.MaxValue) };
                }

                var scanned = await Task.WhenAll(group.Select(segment => ScanAsync(scan, segment, LineOf(segment, day, after), linked.Token, cancellationToken)));
                foreach (var (segment, hits) in group.Zip(scanned))
                {
                    var name = DeepSearchPosition.NameOf(segment.Key);
                    if (hits is null)
                    {
                        return result with { Next = result.Next ?? after ?? new DeepSearchPosition(day, name, int.MaxValue) };
                    }

                    var taken = hits.Hits.Take(MostHits - result.Hits.Count).ToList();
                    result = result with
                    {
                        Hits = [.. result.Hits, .. taken],
                        Segments = result.Segments + 1,
                        Bytes = result.Bytes + segment.Bytes,
                        Unreadable = result.Unreadable + (hits.IsWhole ? 0 : 1),
                        Next = new DeepSearchPosition(day, name, hits.HasMore || taken.Count < hits.Hits.Count ? taken.Count > 0 ? taken[^1].Line : int.MaxValue : 0),
                    };
                    if (result.Hits.Count == MostHits)
                    {
                        return result;
                    }
                }
            }
        }

        return result with { Next = null };
    }

    private async Task<SegmentHits?> ScanAsync(SegmentScan scan, SegmentInfo segment, int beforeLine, CancellationToken limited, CancellationToken cancellationToken)
    {
        try
        {
            return await scan.RunAsync(() => segments.OpenAsync(segment, limited), segment.Bytes, beforeLine, MostHits, limited);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        catch (IOException exception)
        {
            throw new StoreUnavailableException($"The segment {segment.Key} could not be read: {exception.Message}", exception);
        }
    }

    private static bool IsLeft(SegmentInfo segment, DateOnly day, DeepSearchPosition? after) =>
        after is null || day < after.Day || string.CompareOrdinal(DeepSearchPosition.NameOf(segment.Key), after.Segment) is var order && (order < 0 || (order == 0 && after.Line > 0));

    private static int LineOf(SegmentInfo segment, DateOnly day, DeepSearchPosition? after) =>
        after is not null && day == after.Day && DeepSearchPosition.NameOf(segment.Key) == after.Segment ? after.Line : int.MaxValue;
}

/// <summary>What a search through payloads takes.</summary>
/// <param name="Segments">Segments to read; on AWS, objects, or pieces of those in which segments were joined.</param>
/// <param name="Bytes">Their length.</param>
/// <param name="Dollars">What AWS bills for reading them; 0 on the embedded backend.</param>
/// <param name="Seconds">An estimate of the time, over as many calls as it takes.</param>
internal sealed record DeepSearchForecast(long Segments, long Bytes, double Dollars, double Seconds);

/// <summary>What a search through payloads found.</summary>
internal sealed record DeepSearchResult
{
    /// <summary>The newest first.</summary>
    public IReadOnlyList<SegmentHit> Hits { get; init; } = [];

    /// <summary>The number of segments that were read.</summary>
    public long Segments { get; init; }

    /// <summary>Their length.</summary>
    public long Bytes { get; init; }

    /// <summary>The number of those that could not be read to their end.</summary>
    public int Unreadable { get; init; }

    /// <summary>Where to continue; null if everything was looked through.</summary>
    public DeepSearchPosition? Next { get; init; }
}
