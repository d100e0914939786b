using System.ComponentModel;
using EventTracking.Api.Documentation;
using EventTracking.Api.Validation;
using FluentValidation;
using Microsoft.AspNetCore.Mvc;

namespace EventTracking.Api.Events;

/// <summary>The event that a route addresses. It is bound as text, so that our own validation reports an invalid id.</summary>
internal sealed record EventIdRequest
{
    [FromRoute(Name = "id"), Description("The event's id."), Example("01M83YEMEGQ2V7N4X9B6C1D0EF"), EventIdText]
    public required string Id { get; init; }

    public EventId Parse() => EventId.Parse(Id);
}

internal sealed class EventIdRequestValidator : AbstractValidator<EventIdRequest>
{
    public EventIdRequestValidator() => RuleFor(request => request.Id).IsEventId();
}
