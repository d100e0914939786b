using System.ComponentModel;
using System.Text.Json.Serialization;
using EventTracking.Api.Documentation;
using EventTracking.Api.Validation;
using EventTracking.Core.Events;
using FluentValidation;
using Microsoft.AspNetCore.Mvc;

namespace EventTracking.Api.Waiting;

/// <summary>How much of the list to show.</summary>
internal sealed record ListWaitingRequest
{
    public const int DefaultLimit = 50;

    public const int MaxLimit = 200;

    [FromQuery(Name = "limit"), Description("Maximum number of entities."), WholeNumber(1, MaxLimit, Default = DefaultLimit)]
    public string? Limit { get; init; }

    public int PageSize => RuleExtensions.TryParseLimit(Limit, out var limit) ? limit : DefaultLimit;
}

internal sealed class ListWaitingRequestValidator : AbstractValidator<ListWaitingRequest>
{
    public ListWaitingRequestValidator() => RuleFor(request => request.Limit).IsLimit(ListWaitingRequest.MaxLimit);
}

/// <summary>The entity that a route addresses.</summary>
internal sealed record DependencyRequest
{
    [FromRoute(Name = "dependency"), Description("The entity, as kind:id."), Example("product:1008"), Text(EntityKey.MaxTextLength, Pattern = "^[^:]+:.+$")]
    public required string Dependency { get; init; }

    public EntityKey Parse() => EntityKey.Parse(Dependency);
}

internal sealed class DependencyRequestValidator : AbstractValidator<DependencyRequest>
{
    public DependencyRequestValidator() => RuleFor(request => request.Dependency)
        .Must(text => EntityKey.TryParse(text, null, out _)).WithMessage("Must be an entity as kind:id, e.g. product:1008.");
}

/// <summary>The release of the events that wait for an entity.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ReleaseRequest
{
    /// <summary>The reason, which is kept in the records.</summary>
    [Text(RuleExtensions.MaxTextLength)]
    public string? Reason { get; init; }
}

internal sealed class ReleaseRequestValidator : AbstractValidator<ReleaseRequest>
{
    public ReleaseRequestValidator() => RuleFor(request => request.Reason).IsShort();
}

/// <summary>The dismissal of the events that wait for an entity.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record DismissWaitingRequest
{
    /// <summary>The reason, which is kept in the records.</summary>
    [Needed, Text(RuleExtensions.MaxTextLength)]
    public string? Reason { get; init; }
}

internal sealed class DismissWaitingRequestValidator : AbstractValidator<DismissWaitingRequest>
{
    public DismissWaitingRequestValidator()
    {
        RuleFor(request => request.Reason).Must(reason => !string.IsNullOrWhiteSpace(reason)).WithMessage("Must be given: a dismissal needs a reason.");
        RuleFor(request => request.Reason).IsShort();
    }
}
