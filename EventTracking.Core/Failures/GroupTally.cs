using System.Globalization;
using EventTracking.Core.Events;

namespace EventTracking.Core.Failures;

/// <summary>Counts the events of one group, which arrive newest first.</summary>
internal sealed class GroupTally(string fingerprint, DateTimeOffset now)
{
    public const int Hours = 24;

    /// <summary>More events than this within an hour, or since a group was muted, need no exact number.</summary>
    public const int MaxTimes = 10_000;

    /// <summary>More failures are not named one by one.</summary>
    public const int MaxFailedIds = 500;

    private const int SampleSize = 5;

    private readonly int[] trend = new int[Hours];
    private readonly List<DateTimeOffset> times = [];
    private readonly List<EventId> sample = [];
    private readonly List<EventId> failedIds = [];
    private readonly ValueTally entities = new();
    private readonly ValueTally accounts = new();
    private readonly ValueTally messages = new();
    private readonly ValueTally statuses = new();
    private readonly ValueTally builds = new();
    private EventSummary? newest;
    private DateTimeOffset first = DateTimeOffset.MaxValue;
    private DateTimeOffset last = DateTimeOffset.MinValue;
    private EventSummary? retried;
    private int failed;

    public int Count { get; private set; }

    /// <summary>The event that arrived first among those that were tried more than once; null if none was.</summary>
    public EventId? Retried => retried?.Event.Id;

    public void Add(EventSummary summary)
    {
        newest = newest is null || summary.UpdatedAt > newest.UpdatedAt ? summary : newest;
        first = summary.UpdatedAt < first ? summary.UpdatedAt : first;
        last = summary.UpdatedAt > last ? summary.UpdatedAt : last;
        Count++;
        if (summary.AttemptCount > 1 && (retried is null || summary.Event.ReceivedAt < retried.Event.ReceivedAt))
        {
            retried = summary;
        }

        if (summary.Status == EventStatus.Failed)
        {
            failed++;
            if (failedIds.Count < MaxFailedIds)
            {
                failedIds.Add(summary.Event.Id);
            }
        }

        // A clock that was ahead counts as the present hour.
        var hours = (int)Math.Max(0, Math.Min(Hours, Math.Floor((now - summary.UpdatedAt).TotalHours)));
        if (hours < Hours)
        {
            trend[Hours - 1 - hours]++;
        }

        if (times.Count < MaxTimes)
        {
            times.Add(summary.UpdatedAt);
        }

        if (sample.Count < SampleSize)
        {
            sample.Add(summary.Event.Id);
        }

        entities.Add(summary.Event.Entity?.ToString());
        accounts.Add($"{summary.Event.Source}/{summary.Event.Account}");
        messages.Add(summary.ErrorText is { } text ? MessageMask.FirstLine(text) : null);
        statuses.Add(summary.Failure?.HttpStatus?.ToString(CultureInfo.InvariantCulture));
        builds.Add(summary.Failure?.Build);
    }

    /// <summary>Takes into account when an event failed first in this way.</summary>
    public void AddFirst(EventRecord record)
    {
        if (record.Attempts.FirstOrDefault(attempt => attempt.Failure?.Fingerprint == fingerprint) is { } attempt && (attempt.EndedAt ?? attempt.StartedAt) is var at && at < first)
        {
            first = at;
        }
    }

    public GroupOverview Conclude() => new(
        fingerprint,
        newest!.Event.Function,
        new FailureFactsOfGroup(newest.Failure?.Code, newest.Failure?.Type, newest.Failure?.Transient))
    {
        Count = Count,
        Failed = failed,
        First = first,
        Last = last,
        Trend = trend,
        Times = times,
        Entities = entities.MostCommon(),
        Accounts = accounts.MostCommon(),
        Messages = messages.MostCommon(),
        HttpStatuses = statuses.MostCommon(),
        Builds = builds.MostCommon(),
        Sample = sample,
        FailedIds = failedIds,
    };
}
