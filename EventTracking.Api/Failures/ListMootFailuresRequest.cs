using System.ComponentModel;
using EventTracking.Api.Documentation;
using EventTracking.Api.Events;
using EventTracking.Api.Validation;
using EventTracking.Core.Events;
using FluentValidation;
using Microsoft.AspNetCore.Mvc;

namespace EventTracking.Api.Failures;

/// <summary>A page of moot failures.</summary>
internal sealed record ListMootFailuresRequest
{
    public const int DefaultLimit = 50;

    public const int MaxLimit = 200;

    [FromQuery(Name = "cursor"), Description("'next' of the previous page."), Example("2026-11-23T10:15:31.0350000Z~01M83YEMEGQ2V7N4X9B6C1D0EF"), Text(EventCursor.MaxLength)]
    public string? Cursor { get; init; }

    [FromQuery(Name = "limit"), Description("Maximum number of events per page."), WholeNumber(1, MaxLimit, Default = DefaultLimit)]
    public string? Limit { get; init; }

    public EventPosition? Before => EventCursor.TryParse(Cursor, EventOrder.Updated, out var before) ? before : null;

    public int PageSize => RuleExtensions.TryParseLimit(Limit, out var limit) ? limit : DefaultLimit;
}

internal sealed class ListMootFailuresRequestValidator : AbstractValidator<ListMootFailuresRequest>
{
    public ListMootFailuresRequestValidator()
    {
        RuleFor(request => request.Cursor).Must(text => text is null || EventCursor.TryParse(text, EventOrder.Updated, out _))
            .WithMessage("Must be 'next' of the previous page. To start the list again, leave it out.");
        RuleFor(request => request.Limit).IsLimit(ListMootFailuresRequest.MaxLimit);
    }
}
