using System.Globalization;

namespace EventTracking.Core.Events;

/// <summary>What lists show about a failure in addition to its message.</summary>
/// <param name="Code">The stable code; null if it has none.</param>
/// <param name="Type">The exception's type.</param>
/// <param name="Transient">Whether another attempt may help.</param>
/// <param name="HttpStatus">The HTTP status that a called system responded with; null if none did.</param>
/// <param name="Build">Which code ran; see <see cref="Failure.Build"/>.</param>
internal sealed record FailureFacts(string? Code, string Type, bool Transient, int? HttpStatus, string? Build)
{
    private const char Separator = '\n';
    private const int Parts = 6;

    public static FailureFacts Of(Failure failure) => new(failure.Code, failure.Type, failure.Transient, failure.HttpStatus, failure.Build);

    /// <summary>
    /// The fingerprint and the facts in one text, the fingerprint first. The projection of an index on AWS cannot be changed, so what was
    /// added to the summary since has to share an attribute that every index carries.
    /// </summary>
    public static string Pack(Failure failure) => string.Join(
        Separator,
        failure.Fingerprint,
        failure.Transient ? "t" : "p",
        failure.HttpStatus?.ToString(CultureInfo.InvariantCulture),
        failure.Build,
        failure.Type,
        failure.Code);

    /// <summary>The beginning of every packed text with a fingerprint.</summary>
    public static string Start(string fingerprint) => fingerprint + Separator;

    /// <summary>Reads a packed text. One of an earlier version is a fingerprint without facts.</summary>
    public static (string? Fingerprint, FailureFacts? Facts) Unpack(string? packed)
    {
        var parts = packed?.Split(Separator, Parts) ?? [];
        return parts.Length < Parts
            ? (packed, null)
            : (parts[0], new FailureFacts(NullIfEmpty(parts[5]), parts[4], parts[1] == "t", int.TryParse(parts[2], CultureInfo.InvariantCulture, out var status) ? status : null, NullIfEmpty(parts[3])));
    }

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
