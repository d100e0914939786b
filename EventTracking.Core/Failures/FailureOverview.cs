namespace EventTracking.Core.Failures;

/// <summary>What fails now: every event that has failed or is retried.</summary>
/// <param name="AsOf">When the events were counted.</param>
/// <param name="Count">The number of events; of the newest ones only, if there are more than one overview reads.</param>
/// <param name="IsTruncated">Whether there are more events than were read.</param>
/// <param name="Causes">The causes, the one with the most events first.</param>
internal sealed record FailureOverview(DateTimeOffset AsOf, int Count, bool IsTruncated, IReadOnlyList<CauseOverview> Causes)
{
    public IEnumerable<GroupOverview> Groups => Causes.SelectMany(cause => cause.Groups);

    public GroupOverview? Find(string fingerprint) => Groups.FirstOrDefault(group => group.Fingerprint == fingerprint);
}

/// <summary>The groups with one cause.</summary>
internal sealed record CauseOverview(string Cause, IReadOnlyList<GroupOverview> Groups)
{
    public int Count => Groups.Sum(group => group.Count);
}

/// <summary>The events of one group.</summary>
internal sealed record GroupOverview(string Fingerprint, string Function, FailureFactsOfGroup Facts)
{
    /// <summary>The number of events that have failed or are retried.</summary>
    public required int Count { get; init; }

    /// <summary>How many of them have failed for good; the others are retried.</summary>
    public required int Failed { get; init; }

    /// <summary>When the first of the events failed for the first time. Later attempts do not change it.</summary>
    public required DateTimeOffset First { get; init; }

    public required DateTimeOffset Last { get; init; }

    /// <summary>The number of events that failed in each of the last 24 hours, the oldest hour first.</summary>
    public required IReadOnlyList<int> Trend { get; init; }

    /// <summary>When each of the newest events failed, newest first; at most <see cref="GroupTally.MaxTimes"/>.</summary>
    public required IReadOnlyList<DateTimeOffset> Times { get; init; }

    public required IReadOnlyList<CommonValue> Entities { get; init; }

    public required IReadOnlyList<CommonValue> Accounts { get; init; }

    public required IReadOnlyList<CommonValue> Messages { get; init; }

    public required IReadOnlyList<CommonValue> HttpStatuses { get; init; }

    public required IReadOnlyList<CommonValue> Builds { get; init; }

    /// <summary>The newest events.</summary>
    public required IReadOnlyList<EventId> Sample { get; init; }

    /// <summary>The newest events that have failed for good; at most <see cref="GroupTally.MaxFailedIds"/>.</summary>
    public required IReadOnlyList<EventId> FailedIds { get; init; }

    public string Cause => Events.Cause.Of(Function, Facts.Code);

    public string Title => GroupTitle.Of(Function, Facts.Code, Facts.Type);

    public GroupCount CountSince(DateTimeOffset? mutedAt, DateTimeOffset now) =>
        new(Count, mutedAt is { } at ? Times.Count(time => time > at) : 0, Times.Count(time => time > now - TimeSpan.FromHours(1)));
}

/// <summary>What lists show about the newest event of a group; null means unknown.</summary>
internal readonly record struct FailureFactsOfGroup(string? Code, string? Type, bool? Transient);

/// <summary>A value that events of a group have in common.</summary>
/// <param name="Value">The value.</param>
/// <param name="Count">How many events of the group have it.</param>
internal sealed record CommonValue(string Value, int Count);
