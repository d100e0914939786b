using System.Text.Json.Serialization;
using EventTracking.Api.Documentation;
using EventTracking.Api.Validation;
using EventTracking.Core.Events;
using EventTracking.Core.Intake;
using EventTracking.Core.Replay;
using FluentValidation;

namespace EventTracking.Api.Replay.Bulk;

/// <summary>What to plan. Unknown members are rejected: a misspelt one would change which events are meant.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record CreateReplayRequest
{
    /// <summary>What to do with the events; `replay` by default.</summary>
    [OneOf("ReplayAction", typeof(ReplayTexts), Member = nameof(ReplayTexts.Actions))]
    public string? Action { get; init; }

    /// <summary>Which events are meant. Give either this or `failedOf`.</summary>
    public ReplayFilterRequest? Filter { get; init; }

    /// <summary>The id of another job: the events that it replayed and that have failed since.</summary>
    [ReplayIdText]
    public string? FailedOf { get; init; }

    /// <summary>Also replays what is moot, waits or would be superseded, and what has succeeded, if the filter names that status.</summary>
    public bool Force { get; init; }

    /// <summary>The reason, which is kept in every record. A dismissal needs one.</summary>
    [Text(RuleExtensions.MaxTextLength)]
    public string? Reason { get; init; }

    public ReplayRequested Parse(string by) => new(IsDismissal ? ReplayAction.Dismiss : ReplayAction.Replay, Filter?.Parse() ?? new ReplayFilter { FailedOf = FailedOf?.ToUpperInvariant() }, Force, by, Reason);

    // Public, it would be a member of the JSON.
    internal bool IsDismissal => Action == ReplayTexts.Dismiss;
}

/// <summary>Which events are meant, with the filters of <c>GET /events</c>. All that are given apply; at least one must be.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ReplayFilterRequest
{
    /// <summary>Only events with this status. Without it, failed and waiting events are meant.</summary>
    [OneOf("EventStatus", typeof(EventStatusText))]
    public string? Status { get; init; }

    /// <summary>Only events of this source.</summary>
    [Text(RuleExtensions.MaxTextLength)]
    public string? Source { get; init; }

    /// <summary>Only events with this topic.</summary>
    [Text(DeliveryLimits.TextLength)]
    public string? Topic { get; init; }

    /// <summary>Only events of this function.</summary>
    [Text(RuleExtensions.MaxTextLength)]
    public string? Function { get; init; }

    /// <summary>Only events about this entity, as kind:id.</summary>
    [Text(EntityKey.MaxTextLength, Pattern = "^[^:]+:.+$")]
    public string? Entity { get; init; }

    /// <summary>Only events whose last attempt failed with one of these fingerprints.</summary>
    [MostItems(ReplayFilter.MaxFingerprints), Text(RuleExtensions.MaxTextLength)]
    public IReadOnlyList<string>? Fingerprints { get; init; }

    /// <summary>Only events whose failure has this cause: the first part of its code, or the function if it has none.</summary>
    [Text(RuleExtensions.MaxTextLength)]
    public string? Cause { get; init; }

    /// <summary>
    /// Only events from this time on. It means the same time as in `GET /events` with the same filters: with fingerprints or a cause, or with the
    /// status failed, retrying or waiting, when the event got its status (`updatedAt`), otherwise when it was triggered (`triggeredAt`).
    /// </summary>
    [Time]
    public string? From { get; init; }

    /// <summary>Only events before this time; the same time as that of `from`.</summary>
    [Time]
    public string? To { get; init; }

    /// <summary>With `moot`, only events of which a replay would change nothing, because a later event of the same entity and function has succeeded. Only for a dismissal.</summary>
    [OneOf("DismissalVerdict", ReplayTexts.Moot)]
    public string? Verdict { get; init; }

    public ReplayFilter Parse() => new()
    {
        Status = EventStatusText.TryParse(Status, out var status) ? status : null,
        Source = Source,
        Topic = Topic,
        Function = Function,
        Entity = Entity,
        Fingerprints = Fingerprints is { Count: > 0 } ? [.. Fingerprints.Distinct()] : null,
        Cause = Cause,
        From = Iso8601.ParseOrNull(From),
        To = Iso8601.ParseOrNull(To),
        Moot = Verdict is not null,
    };
}

internal sealed class CreateReplayRequestValidator : AbstractValidator<CreateReplayRequest>
{
    public CreateReplayRequestValidator()
    {
        RuleFor(request => request.Action).Must(action => action is null or ReplayTexts.Replay or ReplayTexts.Dismiss).WithMessage("Must be 'replay' or 'dismiss'.");
        RuleFor(request => request.Reason).IsShort();
        RuleFor(request => request.Reason).Must(reason => !string.IsNullOrWhiteSpace(reason)).When(request => request.IsDismissal).WithMessage("Must be given: a dismissal needs a reason.");
        RuleFor(request => request.Force).Must(force => !force).When(request => request.IsDismissal).WithMessage("A dismissal cannot be forced: only events that have failed, are to be retried or wait can be dismissed.");
        RuleFor(request => request.FailedOf).Must(text => text is null || ReplayId.TryParse(text, out _)).WithMessage(ReplayIdRequestValidator.Message);
        RuleFor(request => request.Filter)
            .Must((request, filter) => filter is null != request.FailedOf is null).WithMessage("Give either 'filter' or 'failedOf'.");
        When(request => request.Filter is not null, () =>
        {
            RuleFor(request => request.Filter!).Must(filter => filter != new ReplayFilterRequest() && filter != new ReplayFilterRequest { Fingerprints = filter.Fingerprints is { Count: 0 } empty ? empty : null })
                .OverridePropertyName("Filter").WithMessage("Must not be empty: it would mean every failed and waiting event. To mean those, give their status.");
            RuleFor(request => request.Filter!.Status).Must(text => text is null || EventStatusText.TryParse(text, out _)).WithMessage($"Must be one of {string.Join(", ", EventStatusText.All)}.");
            RuleFor(request => request.Filter!.Source).IsShort();
            RuleFor(request => request.Filter!.Topic).IsShort(DeliveryLimits.TextLength);
            RuleFor(request => request.Filter!.Function).IsShort();
            RuleFor(request => request.Filter!.Cause).IsShort();
            RuleFor(request => request.Filter!.Entity).Must(text => text is null || EntityKey.TryParse(text, null, out _)).WithMessage("Must be an entity as kind:id, e.g. product:1008.");
            RuleFor(request => request.Filter!.Fingerprints)
                .Must(prints => prints is null || (prints.Count <= ReplayFilter.MaxFingerprints && prints.All(print => print is { Length: > 0 and <= RuleExtensions.MaxTextLength })))
                .WithMessage($"Must be at most {ReplayFilter.MaxFingerprints} fingerprints of 1 to {RuleExtensions.MaxTextLength} characters.");
            RuleFor(request => request.Filter!.Verdict).Must((request, verdict) => verdict is null || (verdict == ReplayTexts.Moot && request.IsDismissal)).WithMessage("Must be 'moot', and only for a dismissal: a replay leaves moot events out.");
            RuleFor(request => request.Filter!.From).IsTime();
            RuleFor(request => request.Filter!.To).IsTime();
            RuleFor(request => request.Filter!.To)
                .Must((request, text) => !Iso8601.TryParse(request.Filter!.From, out var from) || !Iso8601.TryParse(text, out var to) || from < to).WithMessage("Must be later than 'from'.");
        });
    }
}
