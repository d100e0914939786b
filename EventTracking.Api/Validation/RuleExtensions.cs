using System.Globalization;
using FluentValidation;
using Microsoft.Net.Http.Headers;

namespace EventTracking.Api.Validation;

/// <summary>Rules that several requests share. An absent value is valid: a route that requires it adds its own rule.</summary>
internal static class RuleExtensions
{
    public const int MaxTextLength = 200;

    /// <summary>Nothing happened before, and what counts from a later time on could leave the calendar.</summary>
    private const int FirstYear = 2000;

    private const int LastYear = 9998;

    private const string Blank = "Must not consist of spaces only.";

    private const string DayFormat = "yyyy-MM-dd";

    extension<T>(IRuleBuilder<T, string?> rule)
    {
        public void IsEventId() =>
            rule.Must(text => text is null || EventId.TryParse(text, out _)).WithMessage("Must be an event id: 26 characters in Crockford's Base32.");

        public void IsProductId() =>
            rule.Must(text => text is null || TryParseId(text, out _)).WithMessage("Must be a product id: a positive whole number.");

        public void IsTime() =>
            rule.Must(text => text is null || Iso8601.TryParse(text, out _))
                .WithMessage("Must be an ISO 8601 time, e.g. 2026-11-23T10:15:30Z. In a URL, write '+' as '%2B'.");

        /// <summary>A time that is reckoned with, unlike one that is only compared, may not be at the end of the calendar.</summary>
        public void IsTimeToReckonWith()
        {
            rule.IsTime();
            rule.Must(text => !Iso8601.TryParse(text, out var time) || IsInCalendar(time.Year))
                .WithMessage(string.Create(CultureInfo.InvariantCulture, $"Must be a time from the year {FirstYear} to the year {LastYear}."));
        }

        public void IsLimit(int largest) =>
            rule.Must(text => text is null || (TryParseLimit(text, out var limit) && limit >= 1 && limit <= largest))
                .WithMessage(string.Create(CultureInfo.InvariantCulture, $"Must be a whole number from 1 to {largest}."));

        public void IsShort(int longest = MaxTextLength) =>
            rule.Must(text => text is null || (text.Length > 0 && text.Length <= longest))
                .WithMessage(string.Create(CultureInfo.InvariantCulture, $"Must be 1 to {longest} characters long."))
                .Must(text => text is not { Length: > 0 } || !string.IsNullOrWhiteSpace(text)).WithMessage(Blank);

        /// <summary>What an operator writes down; an empty text removes what was there.</summary>
        public void IsNote(int longest) =>
            rule.Must(text => text is null || text.Length <= longest)
                .WithMessage(string.Create(CultureInfo.InvariantCulture, $"Must be at most {longest} characters long."))
                .Must(text => text is null or "" || !string.IsNullOrWhiteSpace(text)).WithMessage($"{Blank} An empty text removes it.");

        public void IsDay(string example) =>
            rule.Must(text => text is null || TryParseDay(text, out _)).WithMessage($"Must be a day, e.g. {example}.")
                .Must(text => !TryParseDay(text, out var day) || IsInCalendar(day.Year))
                .WithMessage(string.Create(CultureInfo.InvariantCulture, $"Must be a day from the year {FirstYear} to the year {LastYear}, e.g. {example}."));

        public void IsContentType() =>
            rule.Must(text => text is null || (text.Length <= MaxTextLength && IsContentTypeOf(text)))
                .WithMessage(string.Create(CultureInfo.InvariantCulture, $"Must be a media type of at most {MaxTextLength} characters, e.g. application/json."));
    }

    public static bool TryParseId(string? text, out long id) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out id) && id > 0;

    public static bool IsInCalendar(int year) => year is >= FirstYear and <= LastYear;

    public static bool TryParseDay(string? text, out DateOnly day) => DateOnly.TryParseExact(text, DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out day);

    public static bool TryParseLimit(string? text, out int limit) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit);

    // It becomes the value of a header, which allows only these characters.
    private static bool IsContentTypeOf(string text) =>
        !text.AsSpan().ContainsAnyExceptInRange(' ', '~') && MediaTypeHeaderValue.TryParse(text, out var type) && !type.MatchesAllSubTypes;
}
