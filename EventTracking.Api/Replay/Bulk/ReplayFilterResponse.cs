using EventTracking.Api.Documentation;
using EventTracking.Api.Validation;
using EventTracking.Core.Events;
using EventTracking.Core.Replay;

namespace EventTracking.Api.Replay.Bulk;

/// <summary>Which events a job means. All filters that are not null apply.</summary>
/// <param name="Status">Events with this status; null if failed and waiting events are meant.</param>
/// <param name="Source">Events of this source.</param>
/// <param name="Topic">Events with this topic.</param>
/// <param name="Function">Events of this function.</param>
/// <param name="Entity">Events about this entity.</param>
/// <param name="Fingerprints">Events whose last attempt failed with one of these fingerprints.</param>
/// <param name="Cause">Events whose failure has this cause.</param>
/// <param name="From">Events from this time on.</param>
/// <param name="To">Events before this time.</param>
/// <param name="Verdict">`moot` if only events are meant of which a replay would change nothing.</param>
/// <param name="TimesBy">The time that `from` and `to` mean; null without them.</param>
internal sealed record ReplayFilterResponse(
    [OneOf("EventStatus", typeof(EventStatusText))] string? Status,
    string? Source,
    string? Topic,
    string? Function,
    string? Entity,
    IReadOnlyList<string>? Fingerprints,
    string? Cause,
    [Time] string? From,
    [Time] string? To,
    [OneOf("DismissalVerdict", ReplayTexts.Moot)] string? Verdict,
    [OneOf("EventOrder", "updatedAt", "triggeredAt")] string? TimesBy)
{
    /// <summary>Returns null if the job means what failed in another one.</summary>
    public static ReplayFilterResponse? FromOrNull(ReplayFilter filter) => filter.FailedOf is not null ? null : new(
        filter.Status?.ToText(), filter.Source, filter.Topic, filter.Function, filter.Entity, filter.Fingerprints, filter.Cause, Iso8601.WriteOrNull(filter.From), Iso8601.WriteOrNull(filter.To),
        filter.Moot ? ReplayTexts.Moot : null,
        (filter.From ?? filter.To) is null ? null : filter.Order == EventOrder.Updated ? "updatedAt" : "triggeredAt");
}
