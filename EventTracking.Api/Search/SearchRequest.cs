using System.ComponentModel;
using System.Globalization;
using EventTracking.Api.Documentation;
using EventTracking.Api.Validation;
using FluentValidation;
using Microsoft.AspNetCore.Mvc;

namespace EventTracking.Api.Search;

/// <summary>What to search for.</summary>
internal sealed record SearchRequest
{
    private const string DayFormat = "yyyy-MM-dd";

    [FromQuery(Name = "q"), Description(
        "The key, in any form: an event id, a trace id, the sender's delivery id, an entity such as product:1008, a SKU, the id of a product, of an inventory item or of an order, or a value at a configured path of payloads."),
        Example("SHIRT-M"), Needed, Text(RuleExtensions.MaxTextLength)]
    public string? Q { get; init; }

    [FromQuery(Name = "day"), Description("The UTC day in which to look for a delivery id or a trace id. Without it, yesterday and today; the time in an X-Ray trace id goes before."), Example("2026-11-23"), Day]
    public string? Day { get; init; }

    public string Text => Q!.Trim();

    public DateOnly? ParsedDay => TryParseDay(Day, out var day) ? day : null;

    public static bool TryParseDay(string? text, out DateOnly day) => DateOnly.TryParseExact(text, DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out day);
}

internal sealed class SearchRequestValidator : AbstractValidator<SearchRequest>
{
    public SearchRequestValidator()
    {
        RuleFor(request => request.Q).Must(text => !string.IsNullOrWhiteSpace(text)).WithMessage("Must be given: the key to search for.");
        RuleFor(request => request.Q).IsShort();
        RuleFor(request => request.Day)
            .Must(text => text is null || (SearchRequest.TryParseDay(text, out var day) && day.Year is >= 2000 and < 9999))
            .WithMessage("Must be a day, e.g. 2026-11-23.");
    }
}
