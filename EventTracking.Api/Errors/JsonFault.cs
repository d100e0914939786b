using System.Globalization;
using System.Text.Json;

namespace EventTracking.Api.Errors;

/// <summary>Says what is wrong with a body, without quoting its values or naming our types, as the exception's message does.</summary>
internal static class JsonFault
{
    private const int MaxPathLength = 200;
    private const string Root = "$.";

    public static string Describe(JsonException fault)
    {
        var place = string.Create(CultureInfo.InvariantCulture, $"line {fault.LineNumber + 1}, byte {fault.BytePositionInLine + 1}");
        return fault.Path is not { Length: > 2 } path || !path.StartsWith(Root, StringComparison.Ordinal)
            ? $"The body is not the JSON that this route expects: see {place}."
            : $"The body is not the JSON that this route expects: '{Shorten(path[Root.Length..])}' {Reason(fault.Message)} ({place}).";
    }

    // The runtime has no other sign of these two.
    private static string Reason(string message) =>
        message.StartsWith("Duplicate", StringComparison.Ordinal) ? "is there twice"
        : message.Contains("mapped", StringComparison.Ordinal) ? "is not a member that this route knows"
        : "has a value of the wrong type, or is followed by an error";

    private static string Shorten(string path) =>
        path.Length <= MaxPathLength ? path : $"{path[..(char.IsHighSurrogate(path[MaxPathLength - 1]) ? MaxPathLength - 1 : MaxPathLength)]}…";
}
