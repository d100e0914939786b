using EventTracking.Api.Documentation;
using EventTracking.Core.Failures;

namespace EventTracking.Api.Failures;

/// <summary>What was decided about a group.</summary>
/// <param name="State">The state of the group; `open` at first.</param>
/// <param name="Owner">Who looks after it.</param>
/// <param name="Note">What is known.</param>
/// <param name="Link">Where it is worked on.</param>
/// <param name="Resolution">How it was resolved; null unless the state is `resolved`.</param>
/// <param name="Mute">Until when it is silent; null unless the state is `muted`.</param>
/// <param name="History">The newest changes, oldest first.</param>
internal sealed record TriageResponse(
    [OneOf("ShownTriageState", typeof(TriageText), Member = nameof(TriageText.ShownStates))] string State, string? Owner, string? Note, string? Link, ResolutionResponse? Resolution, MuteResponse? Mute, IReadOnlyList<TriageEntryResponse> History)
{
    public static TriageResponse From(FailureGroup? group) => group is null ? new(TriageState.Open.ToText(), null, null, null, null, null, []) : new(
        group.State.ToText(),
        group.Owner,
        group.Note,
        group.Link,
        group.Resolution is { } resolution ? new ResolutionResponse(resolution.Kind.ToText(), resolution.EffectiveAt, resolution.Builds) : null,
        group.Mute is { } mute ? new MuteResponse(mute.At, mute.Until, mute.Count, mute.PerHour) : null,
        [.. group.History.Select(entry => new TriageEntryResponse(entry.By, entry.At, entry.What))]);
}

/// <summary>How a group was resolved.</summary>
/// <param name="Kind">When it counts as resolved.</param>
/// <param name="EffectiveAt">Since when it counts as resolved; null while some of its events still need attention.</param>
/// <param name="Builds">The builds whose failures do not count as a comeback.</param>
internal sealed record ResolutionResponse([OneOf("ShownResolutionKind", typeof(TriageText), Member = nameof(TriageText.ShownResolutions))] string Kind, DateTimeOffset? EffectiveAt, IReadOnlyList<string> Builds);

/// <summary>Until when a group is silent.</summary>
/// <param name="Since">When it was muted.</param>
/// <param name="Until">The time at which it ends.</param>
/// <param name="Count">It ends when more events than this have failed since.</param>
/// <param name="PerHour">It ends when more events than this fail within an hour.</param>
internal sealed record MuteResponse(DateTimeOffset Since, DateTimeOffset? Until, int? Count, int? PerHour);

/// <summary>A change of a group.</summary>
/// <param name="By">The name of the operator's key, or `engine`.</param>
/// <param name="At">When.</param>
/// <param name="What">What was changed.</param>
internal sealed record TriageEntryResponse(string By, DateTimeOffset At, string What);
