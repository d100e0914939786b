using System.ComponentModel;
using EventTracking.Api.Documentation;
using EventTracking.Api.Validation;
using EventTracking.Stock.Catalog;
using FluentValidation;
using Microsoft.AspNetCore.Mvc;

namespace EventTracking.Api.Catalog;

/// <summary>A page of products, and filters that all have to fit.</summary>
internal sealed record ListProductsRequest
{
    public const int DefaultLimit = 50;

    public const int MaxLimit = 200;

    public const int MaxSkuLength = 255;

    [FromQuery(Name = "linked"), Description("'true' for products that are linked, 'false' for those that are not."), Example("false"), Flag]
    public string? Linked { get; init; }

    [FromQuery(Name = "sku"), Description("The whole SKU. Case matters."), Example("SHIRT-M"), Text(MaxSkuLength)]
    public string? Sku { get; init; }

    [FromQuery(Name = "reason"), Description("Why products are not linked."), Example("sku-not-at-shopify"), OneOf("UnlinkedReason", typeof(UnlinkedReasons))]
    public string? Reason { get; init; }

    [FromQuery(Name = "differs"), Description("'true' for linked products whose quantities differ."), Example("true"), Flag(onlyTrue: true)]
    public string? Differs { get; init; }

    [FromQuery(Name = "limit"), Description("Maximum number of products per page."), WholeNumber(1, MaxLimit, Default = DefaultLimit)]
    public string? Limit { get; init; }

    [FromQuery(Name = "after"), Description("'next' of the previous page."), Example("1008"), Text(CatalogCursor.MaxLength)]
    public string? After { get; init; }

    public CatalogQuery Parse() => new()
    {
        Linked = Linked is null ? null : Linked == ListProductsRequestValidator.Yes,
        Sku = Sku,
        Reason = Reason,
        Differs = Differs is not null,
        Limit = RuleExtensions.TryParseLimit(Limit, out var limit) ? limit : DefaultLimit,
        After = CatalogCursor.TryParse(After, out var after) ? after : null,
    };
}

internal sealed class ListProductsRequestValidator : AbstractValidator<ListProductsRequest>
{
    public const string Yes = "true";

    private const string No = "false";

    public ListProductsRequestValidator()
    {
        RuleFor(request => request.Linked).Must(text => text is null or Yes or No).WithMessage("Must be 'true' or 'false'.");
        RuleFor(request => request.Sku).MaximumLength(ListProductsRequest.MaxSkuLength).WithMessage($"Must have at most {ListProductsRequest.MaxSkuLength} characters.");
        RuleFor(request => request.Reason).Must(text => text is null || UnlinkedReasons.All.Contains(text)).WithMessage($"Must be one of {string.Join(", ", UnlinkedReasons.All)}.");
        RuleFor(request => request.Differs).Must(text => text is null or Yes).WithMessage("Must be 'true'. Leave it out for all products.");
        RuleFor(request => request.Limit).IsLimit(ListProductsRequest.MaxLimit);
        RuleFor(request => request.After).Must(text => text is null || CatalogCursor.TryParse(text, out _)).WithMessage("Must be 'next' of the previous page.");
    }
}
