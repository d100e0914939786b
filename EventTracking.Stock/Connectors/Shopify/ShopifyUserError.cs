using System.Text.Json;

namespace EventTracking.Stock.Connectors.Shopify;

/// <summary>Why a mutation did nothing.</summary>
/// <param name="Code">Shopify's code; null if it gives none.</param>
/// <param name="Field">The path to what is wrong: in <c>input, quantities, 2, locationId</c>, the third element is the row. Empty if Shopify names no field.</param>
/// <param name="Message">Shopify's words; null if it gives none.</param>
internal sealed record ShopifyUserError(string? Code, IReadOnlyList<string> Field, string? Message)
{
    private const int MaxDepth = 10;

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
