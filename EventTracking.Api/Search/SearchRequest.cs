using System.ComponentModel;
using EventTracking.Api.Documentation;
using EventTracking.Api.Validation;
using FluentValidation;
using Microsoft.AspNetCore.Mvc;

namespace EventTracking.Api.Search;

/// <summary>What to search for.</summary>
internal sealed record SearchRequest
{
    [FromQuery(Name = "q"), Description(
        "The key, in any form: an event id, a trace id, the sender's delivery id, an entity such as product:1008, a SKU, the id of a product, of an inventory item or of an order, also as Shopify's gid:// or as the address of a page of its admin, a fingerprint, a cause, the id of a bulk replay, or a value at a configured path of payloads."),
        Example("SHIRT-M"), Needed, Text(RuleExtensions.MaxTextLength)]
    public string? Q { get; init; }

    [FromQuery(Name = "day"), Description("The UTC day in which to look for a delivery id or a trace id. Without it, yesterday and today; the time in an X-Ray trace id goes before."), Example("2026-11-23"), Day]
    public string? Day { get; init; }

    public string Text => Q!.Trim();

    public DateOnly? ParsedDay => RuleExtensions.TryParseDay(Day, out var day) ? day : null;
}

internal sealed class SearchRequestValidator : AbstractValidator<SearchRequest>
{
    public SearchRequestValidator()
    {
        RuleFor(request => request.Q).Must(text => !string.IsNullOrWhiteSpace(text)).WithMessage("Must be given: the key to search for.");
        RuleFor(request => request.Q).IsShort();
        RuleFor(request => request.Day).IsDay("2026-11-23");
    }
}
