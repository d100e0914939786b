using System.Text.Json.Nodes;

namespace EventTracking.Tests.Api.OpenApi;

/// <summary>
/// Schemas of a document as schemas of their own, and strict: a client must expect new members, but a response with a member that the
/// document lacks means that somebody forgot to generate the document.
/// </summary>
internal static class JsonSchemas
{
    public static JsonNode Of(JsonNode schema) => schema switch
    {
        JsonArray many => new JsonArray([.. many.Select(one => one is null ? null : Of(one))]),
        JsonObject one => OfObject(one),
        JsonValue text when text.TryGetValue<string>(out var reference) && reference.StartsWith("#/components/schemas/", StringComparison.Ordinal) =>
            reference.Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal),
        _ => schema.DeepClone(),
    };

    private static JsonObject OfObject(JsonObject schema)
    {
        var result = new JsonObject(schema.Select(member => KeyValuePair.Create(member.Key, member.Value is null ? null : Of(member.Value))));
        if (result["properties"] is JsonObject && result["additionalProperties"] is null)
        {
            result["additionalProperties"] = false;
        }

        return result;
    }
}
