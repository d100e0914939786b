using System.Text.Json.Serialization;
using EventTracking.Api.Documentation;
using EventTracking.Api.Validation;
using EventTracking.Core.Failures;
using FluentValidation;

namespace EventTracking.Api.Failures;

/// <summary>A change of a group. What is left out stays as it is; an empty text removes what was there.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record TriageRequest
{
    public const int MaxName = 200;

    public const int MaxNote = 2000;

    public const int MaxLink = 500;

    /// <summary>The state of the group from now on.</summary>
    [OneOf("TriageState", typeof(TriageText), Member = nameof(TriageText.States))]
    public string? State { get; init; }

    /// <summary>
    /// When the group counts as resolved: `now` (the default), `drained` (when none of its events needs attention any more) or `nextBuild` (in any
    /// build other than those that are known to fail). A failure whose attempt starts more than a minute later is a comeback. Only with the state `resolved`.
    /// </summary>
    [OneOf("ResolutionKind", typeof(TriageText), Member = nameof(TriageText.Resolutions))]
    public string? Resolve { get; init; }

    /// <summary>Until when the group is silent; whichever comes first ends it, and without any it lasts until the state changes. Only with the state `muted`.</summary>
    public MuteRequest? Mute { get; init; }

    /// <summary>Who looks after it.</summary>
    [Text(MaxName, shortest: 0)]
    public string? Owner { get; init; }

    /// <summary>What is known.</summary>
    [Text(MaxNote, shortest: 0)]
    public string? Note { get; init; }

    /// <summary>Where it is worked on: an https address.</summary>
    [Text(MaxLink, shortest: 0)]
    public string? Link { get; init; }

    public TriageChange Parse() => new()
    {
        State = TriageText.ParseState(State),
        Resolve = TriageText.ParseResolution(Resolve) ?? ResolutionKind.Now,
        MuteUntil = Iso8601.ParseOrNull(Mute?.Until),
        MuteCount = Mute?.Count,
        MutePerHour = Mute?.PerHour,
        Owner = Owner,
        Note = Note,
        Link = Link,
    };
}

/// <summary>Until when a group is silent.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record MuteRequest
{
    /// <summary>A time (ISO 8601).</summary>
    [Time]
    public string? Until { get; init; }

    /// <summary>Until more events than this have failed since.</summary>
    [WholeNumber(1, GroupTally.MaxTimes)]
    public int? Count { get; init; }

    /// <summary>Until more events than this fail within an hour.</summary>
    [WholeNumber(1, GroupTally.MaxTimes)]
    public int? PerHour { get; init; }
}

internal sealed class TriageRequestValidator : AbstractValidator<TriageRequest>
{
    private const string Bounded = "Must be a whole number from 1 to 10000.";

    public TriageRequestValidator(TimeProvider time)
    {
        RuleFor(request => request.State).Must(text => text is null || TriageText.ParseState(text) is not null).WithMessage($"Must be one of {string.Join(", ", TriageText.States)}.");
        RuleFor(request => request.Resolve).Must(text => text is null || TriageText.ParseResolution(text) is not null).WithMessage($"Must be one of {string.Join(", ", TriageText.Resolutions)}.");
        RuleFor(request => request.Resolve).Must((request, text) => text is null || request.State == TriageState.Resolved.ToText()).WithMessage("Needs the state 'resolved'.");
        RuleFor(request => request.Mute).Must((request, mute) => mute is null || request.State == TriageState.Muted.ToText()).WithMessage("Needs the state 'muted'.");
        When(request => request.Mute is not null, () =>
        {
            RuleFor(request => request.Mute!.Until).IsTimeToReckonWith();
            RuleFor(request => request.Mute!.Until).Must(text => !Iso8601.TryParse(text, out var until) || until > time.GetUtcNow()).WithMessage("Must be a time in the future: a group that is muted until then would be open again at once.");
            RuleFor(request => request.Mute!.Count).InclusiveBetween(1, GroupTally.MaxTimes).WithMessage(Bounded);
            RuleFor(request => request.Mute!.PerHour).InclusiveBetween(1, GroupTally.MaxTimes).WithMessage(Bounded);
        });
        RuleFor(request => request.Owner).IsNote(TriageRequest.MaxName);
        RuleFor(request => request.Note).IsNote(TriageRequest.MaxNote);
        RuleFor(request => request.Link).Must(text => text is null or "" || (text.Length <= TriageRequest.MaxLink && Uri.TryCreate(text, UriKind.Absolute, out var link) && link.Scheme == Uri.UriSchemeHttps))
            .WithMessage("Must be an https address of at most 500 characters.");
        RuleFor(request => request.State)
            .Must((request, state) => (state ?? request.Owner ?? request.Note ?? request.Link) is not null)
            .WithMessage("Nothing to change: give a state, an owner, a note or a link.");
    }
}
