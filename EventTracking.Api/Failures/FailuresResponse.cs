using EventTracking.Core.Failures;

namespace EventTracking.Api.Failures;

/// <summary>What fails now, by cause.</summary>
/// <param name="AsOf">When the events were counted, at most ten seconds ago. What was decided since by other processes than the one that answers is not in the counts.</param>
/// <param name="Count">How many events of the groups that were asked for have failed or are retried.</param>
/// <param name="Truncated">Whether there are more events than were counted. All counts are then lower bounds.</param>
/// <param name="Causes">The causes, the one with the most events first.</param>
/// <param name="MoreGroups">How many further groups there are, which have fewer events.</param>
internal sealed record FailuresResponse(DateTimeOffset AsOf, int Count, bool Truncated, IReadOnlyList<CauseOfFailuresResponse> Causes, int MoreGroups)
{
    public static FailuresResponse From(FailureOverview overview, int count, IReadOnlyList<(GroupOverview Counted, FailureGroup? Triage)> shown, int moreGroups) => new(
        overview.AsOf,
        count,
        overview.IsTruncated,
        [
            .. shown.GroupBy(group => group.Counted.Cause)
                .Select(cause => new CauseOfFailuresResponse(cause.Key, cause.Sum(group => group.Counted.Count), [.. cause.Select(group => FailureGroupResponse.From(group.Counted, group.Triage))]))
                .OrderByDescending(cause => cause.Count).ThenBy(cause => cause.Cause, StringComparer.Ordinal),
        ],
        moreGroups);
}

/// <summary>Groups of failures with one cause, such as an outage.</summary>
/// <param name="Cause">The first part of their code, or their function.</param>
/// <param name="Count">How many of the events belong to the groups that are shown.</param>
/// <param name="Groups">The groups, the one with the most events first.</param>
internal sealed record CauseOfFailuresResponse(string Cause, int Count, IReadOnlyList<FailureGroupResponse> Groups);

/// <summary>A value that events of a group have in common.</summary>
/// <param name="Value">The value.</param>
/// <param name="Count">How many events have it.</param>
internal sealed record CommonValueResponse(string Value, int Count);

/// <summary>How many failures of a group a replay would not change, because a later event of the same entity has succeeded.</summary>
/// <param name="Judged">How many of the newest failures were judged.</param>
/// <param name="Moot">How many of those are moot.</param>
internal sealed record MootResponse(int Judged, int Moot);

/// <summary>A group of failures with all that is known about it.</summary>
/// <param name="AsOf">When the events were counted.</param>
/// <param name="Group">The group.</param>
/// <param name="Moot">How many of its newest failures are moot.</param>
/// <param name="Triage">What was decided about it.</param>
internal sealed record FailureGroupDetailResponse(DateTimeOffset AsOf, FailureGroupResponse Group, MootResponse Moot, TriageResponse Triage);
