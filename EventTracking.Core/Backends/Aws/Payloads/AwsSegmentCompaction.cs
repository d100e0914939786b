using EventTracking.Core.Configuration;
using EventTracking.Core.Payloads;
using EventTracking.Core.Resilience;
using Microsoft.Extensions.Options;

namespace EventTracking.Core.Backends.Aws.Payloads;

/// <summary>
/// Compacts one day after the other, the oldest first, and deletes the objects of days whose payloads' retention is over. The bucket's
/// lifecycle would delete them by their own age, days later: they are younger than the payloads in them.
/// </summary>
internal sealed class AwsSegmentCompaction(
    PayloadObjects objects,
    CompactedDays days,
    DayCompaction compaction,
    CompactionPosition position,
    IOptions<EventTrackingOptions> options,
    TimeProvider time) : ISegmentCompaction
{
    /// <summary>
    /// A day is finished a day after its end. Segments are keyed when their upload begins, by the clock of the host that writes them, and
    /// a retry of a batch writes a new segment on a new day; so only an upload that lasts for a day, or a clock that is wrong by one, would
    /// come later.
    /// </summary>
    private const int DaysUntilFinished = 2;

    /// <summary>Finished days that are looked at again, for what a wrong clock wrote late. Whatever comes later yet stays as it is.</summary>
    private const int DaysLookedBack = 3;

    private const int MostFailures = 3;
    private const int ListedAtOnce = 1000;
    private const int MostExpired = 20;
    private const int MostForeign = 100_000;

    public async Task<CompactionResult> RunAsync(TimeSpan budget, CancellationToken cancellationToken)
    {
        var deadline = Deadline.In(budget, time);
        var last = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).AddDays(-DaysUntilFinished);
        var result = new CompactionResult(0, 0, 0, IsDone: true);
        List<Exception> failures = [];
        var done = await position.FindAsync(cancellationToken);
        for (var day = await NextAsync(done?.AddDays(1 - DaysLookedBack) ?? DateOnly.MinValue, cancellationToken); day <= last; day = await NextAsync(day.Value.AddDays(1), cancellationToken))
        {
            var compacted = await RunAsync(day.Value, deadline, failures, cancellationToken);
            result += compacted;
            if (!compacted.IsDone || failures.Count == MostFailures)
            {
                result = result with { IsDone = false };
                break;
            }

            if (failures.Count == 0 && !(day <= done))
            {
                await position.StoreAsync(day.Value, cancellationToken);
            }
        }

        return failures.Count == 0 ? result : throw new AggregateException($"{failures.Count} days could not be compacted; {result.Objects} objects of other days were made.", failures);
    }

    public async Task DeleteExpiredAsync(CancellationToken cancellationToken)
    {
        // S3 counts the days of a lifecycle rule from the midnight after the object was made.
        var last = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).AddDays(-options.Value.PayloadRetentionDays - 1);
        for (var round = 0; round < MostExpired; round++)
        {
            var oldest = await objects.ListAsync(CompactedDay.Prefix, after: null, ListedAtOnce, cancellationToken);
            var expired = oldest.Select(found => found.Key).Where(key => CompactedDay.FindDay(key) <= last).ToList();
            if (expired.Count == 0 || await objects.DeleteAsync(expired, cancellationToken) > 0 || oldest.Count < ListedAtOnce)
            {
                expired.ForEach(key => days.Forget(CompactedDay.FindDay(key)!.Value));
                return;
            }
        }
    }

    /// <summary>Compacts a day; a failure, which must not keep other days from being compacted, is added to the list.</summary>
    private async Task<CompactionResult> RunAsync(DateOnly day, Deadline deadline, List<Exception> failures, CancellationToken cancellationToken)
    {
        try
        {
            return await compaction.RunAsync(day, deadline, cancellationToken);
        }
#pragma warning disable CA1031 // The exceptions are thrown after the other days.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            failures.Add(exception);
            return new CompactionResult(0, 0, 0, IsDone: !deadline.IsOver);
        }
    }

    /// <summary>Returns the next day that has objects, from the given one on. Objects of others, such as a marker of a folder, are passed over.</summary>
    private async Task<DateOnly?> NextAsync(DateOnly from, CancellationToken cancellationToken)
    {
        var (after, limit) = (SegmentKey.FolderOf(from), 1);
        for (var round = 0; round < MostForeign / ListedAtOnce; round++)
        {
            var found = await objects.ListAsync("payloads/", after, limit, cancellationToken);
            if (found.Select(each => SegmentKey.FindDay(each.Key)).FirstOrDefault(day => day is not null) is { } day)
            {
                return day;
            }

            if (found.Count < limit)
            {
                return null;
            }

            (after, limit) = (found[^1].Key, ListedAtOnce);
        }

        throw new InvalidOperationException($"More than {MostForeign} objects after {SegmentKey.FolderOf(from)} are not payload segments (up to {after}). Move them out of payloads/ so that compaction can continue.");
    }
}
