using System.Text.Json;
using EventTracking.Core.Payloads;
using Microsoft.Extensions.Options;

namespace EventTracking.Core.Search;

/// <summary>Reads the values at the configured paths of a payload.</summary>
internal sealed class PayloadKeys(IOptions<SearchOptions> options)
{
    /// <summary>A longer text is no key that anybody types.</summary>
    public const int MaxLength = 200;

    private readonly ILookup<(string Source, string Topic), string[]> paths =
        options.Value.Paths.ToLookup(path => (path.Source, path.Topic), path => path.Path.Split('.'));

    /// <summary>Whether any path is configured.</summary>
    public bool Any => paths.Count > 0;

    /// <summary>Returns the different texts and numbers at the paths. A payload that is no JSON, or lacks them, has none.</summary>
    public IReadOnlyList<string> Of(PayloadRecord payload)
    {
        var wanted = paths[(payload.Source, payload.Topic)];
        if (!wanted.Any())
        {
            return [];
        }

        try
        {
            using var json = JsonDocument.Parse(payload.Body);
            return [.. wanted.Select(path => Find(json.RootElement, path)).OfType<string>().Distinct(StringComparer.Ordinal)];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private static string? Find(JsonElement element, string[] path)
    {
        foreach (var name in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
            {
                return null;
            }
        }

        var text = element.ValueKind switch
        {
            JsonValueKind.String => element.GetString()?.Trim(),
            JsonValueKind.Number => element.GetRawText(),
            _ => null,
        };
        return text is { Length: > 0 and <= MaxLength } ? text : null;
    }
}
