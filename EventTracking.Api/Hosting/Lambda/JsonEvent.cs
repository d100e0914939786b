using System.Text.Json;

namespace EventTracking.Api.Hosting.Lambda;

/// <summary>Steps through an event's members.</summary>
internal static class JsonEvent
{
    /// <summary>The first member by which a kind of event is recognized; the rest is not read.</summary>
    /// <exception cref="UnreadableEventException">The event is not a JSON object.</exception>
    public static string? KindOf(ReadOnlySpan<byte> text, IEnumerable<string> kinds)
    {
        try
        {
            var json = new Utf8JsonReader(text);
            json.Read();
            if (Enter(ref json))
            {
                while (Next(ref json, out var name))
                {
                    if (kinds.Contains(name))
                    {
                        return name;
                    }

                    json.Skip();
                }
            }

            return null;
        }
        catch (Exception exception) when (IsOfReading(exception))
        {
            throw new UnreadableEventException("The event is not a JSON object.", exception);
        }
    }

    /// <summary>Whether a reader throws the exception for unexpected text.</summary>
    public static bool IsOfReading(Exception exception) => exception is JsonException or InvalidOperationException or FormatException;

    /// <summary>True for an object, false for null.</summary>
    public static bool Enter(ref Utf8JsonReader json) => json.TokenType switch
    {
        JsonTokenType.StartObject => true,
        JsonTokenType.Null => false,
        _ => throw new FormatException($"Expected an object, but found {json.TokenType}."),
    };

    /// <summary>Steps to the value of the object's next member; it must be read or skipped.</summary>
    public static bool Next(ref Utf8JsonReader json, out string name)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.PropertyName)
        {
            name = "";
            return false;
        }

        name = json.GetString()!;
        json.Read();
        return true;
    }
}
