using System.ComponentModel;
using EventTracking.Api.Documentation;
using EventTracking.Api.Validation;
using FluentValidation;
using Microsoft.AspNetCore.Mvc;

namespace EventTracking.Api.Reconciliation;

/// <summary>A page of discrepancies.</summary>
internal sealed record ListDiscrepanciesRequest
{
    public const int DefaultLimit = 50;

    public const int MaxLimit = 200;

    [FromQuery(Name = "cursor"), Description("'next' of the previous page."), Example("1008"), NumberId]
    public string? Cursor { get; init; }

    [FromQuery(Name = "limit"), Description("Maximum number of products per page."), WholeNumber(1, MaxLimit, Default = DefaultLimit)]
    public string? Limit { get; init; }

    public long? After => RuleExtensions.TryParseId(Cursor, out var id) ? id : null;

    public int PageSize => RuleExtensions.TryParseLimit(Limit, out var limit) ? limit : DefaultLimit;
}

internal sealed class ListDiscrepanciesRequestValidator : AbstractValidator<ListDiscrepanciesRequest>
{
    public ListDiscrepanciesRequestValidator()
    {
        RuleFor(request => request.Cursor).Must(text => text is null || RuleExtensions.TryParseId(text, out _))
            .WithMessage("Must be 'next' of the previous page.");
        RuleFor(request => request.Limit).IsLimit(ListDiscrepanciesRequest.MaxLimit);
    }
}
