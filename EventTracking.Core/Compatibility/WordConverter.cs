using System.Text.Json;
using System.Text.Json.Serialization;

namespace EventTracking.Core.Compatibility;

/// <summary>
/// Stores the name of an enum's member. A name of a newer version becomes -1, which has no name, so that a record which has it can be
/// read all the same. It stays in the record for as long as the member does not change (<see cref="Unknown{T, TForm}"/>).
/// </summary>
internal sealed class WordConverter<T> : JsonConverter<T>
    where T : struct, Enum
{
    private const string Unknown = "unknown";

    private static readonly T UnknownValue = (T)Enum.ToObject(typeof(T), -1);

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.String => Enum.TryParse<T>(reader.GetString(), ignoreCase: true, out var value) && Enum.IsDefined(value) ? value : UnknownValue,
        JsonTokenType.Number => reader.TryGetInt32(out var number) && Enum.ToObject(typeof(T), number) is T value && Enum.IsDefined(value) ? value : UnknownValue,
        _ => throw new JsonException($"A {typeof(T).Name} is neither a name nor a number."),
    };

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(Enum.IsDefined(value) ? value.ToString() : Unknown);
}
