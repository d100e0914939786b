using System.Globalization;
using System.Text.Json.Serialization;
using EventTracking.Api.Documentation;
using EventTracking.Api.Validation;
using EventTracking.Core.Search;
using FluentValidation;

namespace EventTracking.Api.Search;

/// <summary>What to look for inside payloads. Unknown members are rejected: a misspelt <c>dryRun</c> would be a real run.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record DeepSearchRequest
{
    public const int ShortestText = 3;

    public const int LongestText = 200;

    /// <summary>The text, as it is in the body of a payload. Case matters.</summary>
    [Needed, Text(LongestText, ShortestText)]
    public string? Text { get; init; }

    /// <summary>The first UTC day, by when a payload was archived, e.g. 2026-11-20.</summary>
    [Needed, Day]
    public string? From { get; init; }

    /// <summary>The last UTC day; at most 31 days in all.</summary>
    [Needed, Day]
    public string? To { get; init; }

    /// <summary>Says what the search would read, cost and take, and reads nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary>`next` of the last answer, to continue with the same text and days.</summary>
    [Text(DeepSearchPosition.LongestText)]
    public string? Cursor { get; init; }

    // Public, these two would be members of the JSON.
    internal (DateOnly From, DateOnly To) Days => (DayOf(From), DayOf(To));

    internal DeepSearchPosition? Position => DeepSearchPosition.TryParse(Cursor, out var position) ? position : null;

    private static DateOnly DayOf(string? text) => RuleExtensions.TryParseDay(text, out var day) ? day : default;
}

internal sealed class DeepSearchRequestValidator : AbstractValidator<DeepSearchRequest>
{
    public DeepSearchRequestValidator()
    {
        RuleFor(request => request.Text).Must(text => text is { Length: >= DeepSearchRequest.ShortestText and <= DeepSearchRequest.LongestText })
            .WithMessage(string.Create(CultureInfo.InvariantCulture, $"Must be {DeepSearchRequest.ShortestText} to {DeepSearchRequest.LongestText} characters long."));
        RuleFor(request => request.Text).Must(text => text is null || text.Length < DeepSearchRequest.ShortestText || !string.IsNullOrWhiteSpace(text)).WithMessage("Must not consist of spaces only: nearly every payload has some.");
        RuleFor(request => request.From).Must(text => text is not null).WithMessage("Must be a day, e.g. 2026-11-20.");
        RuleFor(request => request.To).Must(text => text is not null).WithMessage("Must be a day, e.g. 2026-11-23.");
        RuleFor(request => request.From).IsDay("2026-11-20");
        RuleFor(request => request.To).IsDay("2026-11-23");
        RuleFor(request => request.To)
            .Must((request, _) => !HasDays(request) || (request.Days.From <= request.Days.To && request.Days.To.DayNumber - request.Days.From.DayNumber < DeepSearch.MostDays))
            .WithMessage(string.Create(CultureInfo.InvariantCulture, $"Must be the same day as 'from' or a later one, with at most {DeepSearch.MostDays} days in all."));
        RuleFor(request => request.Cursor)
            .Must((request, text) => text is null || !HasDays(request) || (DeepSearchPosition.TryParse(text, out var position) && position.Day >= request.Days.From && position.Day <= request.Days.To))
            .WithMessage("Must be 'next' of the last answer for the same days. To start again, leave it out.");
    }

    private static bool HasDays(DeepSearchRequest request) => RuleExtensions.TryParseDay(request.From, out _) && RuleExtensions.TryParseDay(request.To, out _);
}
