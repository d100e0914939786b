using System.Globalization;
using System.Text.Json;

namespace EventTracking.Stock.Connectors.Shopify;

/// <summary>Why a mutation did nothing.</summary>
/// <param name="Code">Shopify's code; null if it gives none.</param>
/// <param name="Field">The path to what is wrong: in <c>input, quantities, 2, locationId</c>, the third element is the row. Empty if Shopify names no field.</param>
/// <param name="Message">Shopify's words; null if it gives none.</param>
internal sealed record ShopifyUserError(string? Code, IReadOnlyList<string> Field, string? Message)
{
    private const int MaxDepth = 10;
    private const int MaxPathLength = 200;

    private static readonly char[] Separators = ['.', '[', ']'];

    /// <summary>
    /// The row that the error is about, from 0: the first whole number in the field's path, whether that is <c>input, quantities, 2, quantity</c> or
    /// <c>quantities[2]</c>. Null if it names none, so that it may be about any of them.
    /// </summary>
    public int? Row => Field.SelectMany(step => step[..Math.Min(step.Length, MaxPathLength)].Split(Separators))
        .Select(step => int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var row) ? row : (int?)null)
        .FirstOrDefault(row => row is not null);

    /// <summary>Reads an error. An error is an error, whatever is missing in it.</summary>
    public static ShopifyUserError Read(RemoteField error) => error.Value is { ValueKind: JsonValueKind.Object } json
        ? new ShopifyUserError(Text(json, "code"), json.TryGetProperty("field", out var field) ? PathOf(field) : [], Text(json, "message"))
        : new ShopifyUserError(null, [], null);

    /// <summary>The error with its field in front of the message.</summary>
    public RemoteError AsRemote() => new(Code, Field.Count == 0 ? Message : $"{string.Join('.', Field)}: {Message ?? "(no message)"}");

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;

    private static IReadOnlyList<string> PathOf(JsonElement field) => field.ValueKind switch
    {
        JsonValueKind.Array => [.. field.EnumerateArray().Take(MaxDepth).Select(step => step.ToString())],
        JsonValueKind.String => [field.GetString()!],
        _ => [],
    };
}
