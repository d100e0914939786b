using System.Globalization;
using FluentValidation;
using Microsoft.Net.Http.Headers;

namespace EventTracking.Api.Validation;

/// <summary>Rules that several requests share. An absent value is valid: a route that requires it adds its own rule.</summary>
internal static class RuleExtensions
{
    public const int MaxTextLength = 200;

    extension<T>(IRuleBuilder<T, string?> rule)
    {
        public void IsEventId() =>
            rule.Must(text => text is null || EventId.TryParse(text, out _)).WithMessage("Must be an event id: 26 characters in Crockford's Base32.");

        public void IsProductId() =>
            rule.Must(text => text is null || TryParseId(text, out _)).WithMessage("Must be a product id: a positive whole number.");

        public void IsTime() =>
            rule.Must(text => text is null || Iso8601.TryParse(text, out _))
                .WithMessage("Must be an ISO 8601 time, e.g. 2026-11-23T10:15:30Z. In a URL, write '+' as '%2B'.");

        public void IsLimit(int largest) =>
            rule.Must(text => text is null || (TryParseLimit(text, out var limit) && limit >= 1 && limit <= largest))
                .WithMessage(string.Create(CultureInfo.InvariantCulture, $"Must be a whole number from 1 to {largest}."));

        public void IsShort() =>
            rule.Must(text => text is null or { Length: > 0 and <= MaxTextLength })
                .WithMessage(string.Create(CultureInfo.InvariantCulture, $"Must be 1 to {MaxTextLength} characters long."));

        public void IsContentType() =>
            rule.Must(text => text is null || (text.Length <= MaxTextLength && IsContentTypeOf(text)))
                .WithMessage(string.Create(CultureInfo.InvariantCulture, $"Must be a media type of at most {MaxTextLength} characters, e.g. application/json."));
    }

    public static bool TryParseId(string? text, out long id) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out id) && id > 0;

    public static bool TryParseLimit(string? text, out int limit) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit);

    // It becomes the value of a header, which allows only these characters.
    private static bool IsContentTypeOf(string text) =>
        !text.AsSpan().ContainsAnyExceptInRange(' ', '~') && MediaTypeHeaderValue.TryParse(text, out var type) && !type.MatchesAllSubTypes;
}
