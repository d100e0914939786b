using System.ComponentModel;
using System.Globalization;
using System.Text.Json.Serialization;
using EventTracking.Api.Documentation;
using EventTracking.Api.Validation;
using EventTracking.Core.Replay;
using FluentValidation;
using Microsoft.AspNetCore.Mvc;

namespace EventTracking.Api.Replay.Bulk;

/// <summary>How to start a plan.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record StartReplayRequest
{
    /// <summary>Whether 1, 10 and 100 events go before the rest; true by default.</summary>
    public bool? Ramp { get; init; }

    /// <summary>Events per second. Null, the default, adapts to what else there is to do.</summary>
    [WholeNumber(1, ReplayRateRequestValidator.MaxRate)]
    public int? EventsPerSecond { get; init; }
}

internal sealed class StartReplayRequestValidator : AbstractValidator<StartReplayRequest>
{
    public StartReplayRequestValidator() => RuleFor(request => request.EventsPerSecond).Must(ReplayRateRequestValidator.IsRate).WithMessage(ReplayRateRequestValidator.Message);
}

/// <summary>How to go on with a paused job.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ResumeReplayRequest
{
    /// <summary>Whether 1, 10 and 100 events go before the rest; true by default.</summary>
    public bool? Ramp { get; init; }
}

/// <summary>How fast a job sends its events.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ReplayRateRequest
{
    /// <summary>Events per second; null adapts to what else there is to do.</summary>
    [Needed(OrNull = true), WholeNumber(1, ReplayRateRequestValidator.MaxRate)]
    public int? EventsPerSecond
    {
        get;
        set
        {
            field = value;
            IsGiven = true;
        }
    }

    // Null means something else than nothing at all. Public, it would be a member of the JSON.
    internal bool IsGiven { get; private set; }
}

internal sealed class ReplayRateRequestValidator : AbstractValidator<ReplayRateRequest>
{
    public const int MaxRate = 1000;

    public const string Message = "Must be a whole number from 1 to 1000, or null.";

    public ReplayRateRequestValidator()
    {
        RuleFor(request => request.EventsPerSecond).Must((request, _) => request.IsGiven).WithMessage($"Must be given. {Message}");
        RuleFor(request => request.EventsPerSecond).Must(IsRate).WithMessage(Message);
    }

    public static bool IsRate(int? rate) => rate is null or (>= 1 and <= MaxRate);
}

/// <summary>A page of jobs.</summary>
internal sealed record ListReplaysRequest
{
    public const int MaxLimit = 100;

    private const int DefaultLimit = 20;

    [FromQuery(Name = "cursor"), Description("'next' of the previous page."), Example("1N2C8XKP3T0QG"), ReplayIdText]
    public string? Cursor { get; init; }

    [FromQuery(Name = "limit"), Description("Maximum number of jobs per page."), WholeNumber(1, MaxLimit, Default = DefaultLimit)]
    public string? Limit { get; init; }

    public ReplayId? After => ReplayId.TryParse(Cursor, out var after) ? after : null;

    public int PageSize => RuleExtensions.TryParseLimit(Limit, out var limit) ? limit : DefaultLimit;
}

internal sealed class ListReplaysRequestValidator : AbstractValidator<ListReplaysRequest>
{
    public ListReplaysRequestValidator()
    {
        RuleFor(request => request.Cursor).Must(text => text is null || ReplayId.TryParse(text, out _)).WithMessage("Must be 'next' of the previous page. To start the list again, leave it out.");
        RuleFor(request => request.Limit).IsLimit(ListReplaysRequest.MaxLimit);
    }
}

/// <summary>A page of the events of a job.</summary>
internal sealed record ListReplayEventsRequest
{
    public const int MaxLimit = 1000;

    private const int DefaultLimit = 100;

    [FromRoute(Name = "id"), Description("The id of the job."), Example("1N2C8XKP3T0QG"), ReplayIdText]
    public required string Id { get; init; }

    [FromQuery(Name = "verdict"), Description("Only events with this verdict."), Example("go"), OneOf("ReplayVerdict", typeof(VerdictKindText))]
    public string? Verdict { get; init; }

    [FromQuery(Name = "outcome"), Description("Only events with this outcome: a status, 'pending' if the job has not come to the event yet, or 'skipped' if something had happened to it or a later success had made it needless."), Example("failed"), OneOf("ReplayOutcome", typeof(ReplayTexts), Member = nameof(ReplayTexts.Outcomes))]
    public string? Outcome { get; init; }

    [FromQuery(Name = "cursor"), Description("'next' of the previous page, with the same filters."), Example("100"), Text(10, Pattern = "^[0-9]+$")]
    public string? Cursor { get; init; }

    [FromQuery(Name = "limit"), Description("Maximum number of events per page."), WholeNumber(1, MaxLimit, Default = DefaultLimit)]
    public string? Limit { get; init; }

    public ReplayId Job => ReplayId.TryParse(Id, out var id) ? id : throw new InvalidOperationException("The request has not been validated.");

    public VerdictKind? Kind => VerdictKindText.TryParse(Verdict, out var kind) ? kind : null;

    public int Start => Cursor is null ? 0 : int.Parse(Cursor, CultureInfo.InvariantCulture);

    public int PageSize => RuleExtensions.TryParseLimit(Limit, out var limit) ? limit : DefaultLimit;
}

internal sealed class ListReplayEventsRequestValidator : AbstractValidator<ListReplayEventsRequest>
{
    public ListReplayEventsRequestValidator()
    {
        RuleFor(request => request.Id).Must(text => ReplayId.TryParse(text, out _)).WithMessage(ReplayIdRequestValidator.Message);
        RuleFor(request => request.Verdict).Must(text => text is null || VerdictKindText.TryParse(text, out _)).WithMessage($"Must be one of {string.Join(", ", VerdictKindText.All)}.");
        RuleFor(request => request.Outcome).Must(text => text is null || ReplayTexts.Outcomes.Contains(text)).WithMessage($"Must be one of {string.Join(", ", ReplayTexts.Outcomes)}.");
        RuleFor(request => request.Cursor).Must(text => text is null || int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .WithMessage("Must be 'next' of the previous page of a list with the same filters. To start the list again, leave it out.");
        RuleFor(request => request.Limit).IsLimit(ListReplayEventsRequest.MaxLimit);
    }
}
