using EventTracking.Api.Documentation;
using EventTracking.Core.Failures;

namespace EventTracking.Api.Failures;

/// <summary>The failures with one fingerprint.</summary>
/// <param name="Fingerprint">The fingerprint, by which `GET /events` lists the events.</param>
/// <param name="Title">The code or the exception's type, and the function. It has no message and therefore no personal data.</param>
/// <param name="Definition">What the failures have in common.</param>
/// <param name="Function">The function.</param>
/// <param name="Code">The code; null if they have none, or if it is not known.</param>
/// <param name="Type">The exception's type; null if it is not known.</param>
/// <param name="Transient">Whether another attempt may help; null if it is not known.</param>
/// <param name="State">What was decided about them; `open` at first.</param>
/// <param name="Owner">Who looks after it.</param>
/// <param name="Count">How many events have failed or are retried.</param>
/// <param name="Failed">How many of them have failed for good.</param>
/// <param name="FirstAt">When the event failed that failed first.</param>
/// <param name="LastAt">When the last event failed.</param>
/// <param name="Trend">How many events failed in each of the last 24 hours, the oldest hour first.</param>
/// <param name="Comebacks">How often failures came back after the group was resolved.</param>
/// <param name="CameBackAt">When they last did.</param>
/// <param name="Entities">The entities with the most events.</param>
/// <param name="Accounts">The sources and accounts with the most events.</param>
/// <param name="Messages">The most frequent messages, without names, ids, numbers and quotes.</param>
/// <param name="HttpStatuses">The most frequent HTTP statuses of called systems.</param>
/// <param name="Builds">The builds in which the most events failed.</param>
/// <param name="Sample">The ids of the newest events.</param>
internal sealed record FailureGroupResponse(
    string Fingerprint,
    string Title,
    string Definition,
    string Function,
    string? Code,
    string? Type,
    bool? Transient,
    [OneOf("ShownTriageState", typeof(TriageText), Member = nameof(TriageText.ShownStates))] string State,
    string? Owner,
    int Count,
    int Failed,
    DateTimeOffset? FirstAt,
    DateTimeOffset? LastAt,
    IReadOnlyList<int> Trend,
    int Comebacks,
    DateTimeOffset? CameBackAt,
    IReadOnlyList<CommonValueResponse> Entities,
    IReadOnlyList<CommonValueResponse> Accounts,
    IReadOnlyList<CommonValueResponse> Messages,
    IReadOnlyList<CommonValueResponse> HttpStatuses,
    IReadOnlyList<CommonValueResponse> Builds,
    [EventIdText] IReadOnlyList<string> Sample)
{
    /// <summary>Returns null if nothing fails and nothing was decided.</summary>
    public static FailureGroupResponse? FromOrNull(GroupOverview? counted, FailureGroup? triage) => (counted, triage) switch
    {
        ({ } group, _) => From(group, triage),
        (null, { } group) => new(
            group.Fingerprint, group.Title, GroupTitle.Definition(group.Fingerprint, group.Function, group.Code), group.Function, group.Code, group.Type, null, group.State.ToText(), group.Owner,
            0, 0, null, null, new int[GroupTally.Hours], group.Comebacks, group.CameBackAt, [], [], [], [], [], []),
        _ => null,
    };

    public static FailureGroupResponse From(GroupOverview counted, FailureGroup? triage) => new(
        counted.Fingerprint,
        counted.Title,
        GroupTitle.Definition(counted.Fingerprint, counted.Function, counted.Facts.Code),
        counted.Function,
        counted.Facts.Code,
        counted.Facts.Type,
        counted.Facts.Transient,
        (triage?.State ?? TriageState.Open).ToText(),
        triage?.Owner,
        counted.Count,
        counted.Failed,
        counted.First,
        counted.Last,
        counted.Trend,
        triage?.Comebacks ?? 0,
        triage?.CameBackAt,
        From(counted.Entities),
        From(counted.Accounts),
        From(counted.Messages),
        From(counted.HttpStatuses),
        From(counted.Builds),
        [.. counted.Sample.Select(id => id.ToString())]);

    private static IReadOnlyList<CommonValueResponse> From(IReadOnlyList<CommonValue> values) => [.. values.Select(value => new CommonValueResponse(value.Value, value.Count))];
}
