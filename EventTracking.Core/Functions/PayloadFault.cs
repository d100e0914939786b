using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;

namespace EventTracking.Core.Functions;

/// <summary>
/// Says what is wrong with a payload in words that its sender knows: which member, what it must be, and what it is. The serializer's own
/// messages name types of the program instead.
/// </summary>
internal static partial class PayloadFault
{
    private const int LongestPath = 100;
    private const int LongestValue = 60;

    /// <param name="fault">What the serializer found.</param>
    /// <param name="body">The payload.</param>
    /// <param name="lenient">How the payload was read.</param>
    /// <param name="type">What it was to be read as.</param>
    public static string Describe(JsonException fault, ReadOnlyMemory<byte> body, JsonReaderOptions lenient, JsonTypeInfo type)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { AllowTrailingCommas = lenient.AllowTrailingCommas, CommentHandling = lenient.CommentHandling });
            return Describe(Find(fault.Path ?? "", new Place("", document.RootElement, type)));
        }
        catch (JsonException syntax)
        {
            return $"The payload is not valid JSON: {syntax.Message}";
        }
    }

    private static string Describe(Place place)
    {
        if (place.Value is { ValueKind: JsonValueKind.Object } there
            && place.Type?.Properties.FirstOrDefault(property => property.IsRequired && !Has(there, property.Name, place.Type)) is { } missing)
        {
            place = place.Enter(missing.Name);
        }

        var name = place.Path.Length == 0 ? "The payload" : $"The payload's {Shorten(place.Path, LongestPath)}";
        var value = place.Value is { } found ? ValueOf(found) : "missing";
        return ExpectedOf(place) is { } expected ? $"{name} must be {expected}, but is {value}." : $"{name} cannot be read: it is {value}.";
    }

    /// <summary>Follows the serializer's path, such as <c>$.variants[0].price</c>.</summary>
    private static Place Find(string path, Place root) => PathPart().Matches(path).Aggregate(root, (place, part) => part.Groups["index"] is { Success: true, Value: var index }
        ? place.Enter(int.Parse(index, CultureInfo.InvariantCulture))
        : place.Enter(part.Groups["name"].Value));

    private static bool Has(JsonElement parent, string name, JsonTypeInfo type) => parent.TryGetProperty(name, out _)
        || (type.Options.PropertyNameCaseInsensitive && parent.EnumerateObject().Any(member => member.Name.Equals(name, StringComparison.OrdinalIgnoreCase)));

    private static string? ExpectedOf(Place place)
    {
        if (place.Type is not { } type)
        {
            return null;
        }

        var value = Nullable.GetUnderlyingType(type.Type) ?? type.Type;
        return Type.GetTypeCode(value) switch
        {
            _ when value.IsEnum => null,
            TypeCode.Boolean => "true or false",
            TypeCode.SByte or TypeCode.Byte or TypeCode.Int16 or TypeCode.UInt16 or TypeCode.Int32 or TypeCode.UInt32 or TypeCode.Int64 or TypeCode.UInt64 =>
                IsWhole(place.Value) ? "a smaller number" : "a whole number",
            TypeCode.Single or TypeCode.Double or TypeCode.Decimal => "a number",
            TypeCode.String or TypeCode.Char => "a text",
            _ when value == typeof(DateTimeOffset) || value == typeof(DateTime) => "a time such as 2026-11-23T10:15:30Z",
            _ => type.Kind switch
            {
                JsonTypeInfoKind.Object or JsonTypeInfoKind.Dictionary => "an object",
                JsonTypeInfoKind.Enumerable => "a list",
                _ => null,
            },
        };
    }

    private static bool IsWhole(JsonElement? value) => value is { ValueKind: JsonValueKind.Number } number && !JsonMarshal.GetRawUtf8Value(number).ContainsAny((byte)'.', (byte)'e', (byte)'E');

    private static string ValueOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        _ => Shorten(Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(value)), LongestValue),
    };

    private static string Shorten(string text, int longest) => text.Length <= longest ? text : $"{text.AsSpan(0, char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest)}…";

    [GeneratedRegex(@"\.(?<name>[^.\[]+)|\['(?<name>.*?)'\]|\[(?<index>[0-9]{1,9})\]")]
    private static partial Regex PathPart();

    /// <summary>A place in the payload.</summary>
    /// <param name="Path">Its path, e.g. <c>variants[0].price</c>; empty for the payload itself.</param>
    /// <param name="Value">What is there; null if nothing is.</param>
    /// <param name="Type">What must be there; null if that is not known.</param>
    private readonly record struct Place(string Path, JsonElement? Value, JsonTypeInfo? Type)
    {
        public Place Enter(string name)
        {
            var type = Type;
            var member = type?.Properties.FirstOrDefault(
                property => property.Name.Equals(name, type.Options.PropertyNameCaseInsensitive ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal));
            return new Place(
                Path.Length == 0 ? name : $"{Path}.{name}",
                Value is { ValueKind: JsonValueKind.Object } parent && parent.TryGetProperty(name, out var value) ? value : null,
                TypeOf(member?.PropertyType ?? (type?.Kind == JsonTypeInfoKind.Dictionary ? type.ElementType : null)));
        }

        public Place Enter(int index) => new(
            string.Create(CultureInfo.InvariantCulture, $"{Path}[{index}]"),
            Value is { ValueKind: JsonValueKind.Array } list && index < list.GetArrayLength() ? list[index] : null,
            TypeOf(Type?.ElementType));

        private JsonTypeInfo? TypeOf(Type? type) => type is not null && Type!.Options.TryGetTypeInfo(type, out var info) ? info : null;
    }
}
