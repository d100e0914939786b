using System.Globalization;
using System.Text.Json;

namespace EventTracking.Stock.Connectors;

/// <summary>
/// A field of a response, with its path. Nothing is inferred from a field that is absent: reading it fails and names the path. A
/// <c>null</c> means "none" only where <see cref="OrNull"/> or <see cref="Sku"/> asks for it.
/// </summary>
/// <param name="Path">The path that failures name, e.g. <c>total.onHand</c>.</param>
/// <param name="Value">The value; null if the field is absent.</param>
internal readonly record struct RemoteField(string Path, JsonElement? Value)
{
    /// <summary>How long a SKU may be. Neither system allows more.</summary>
    public const int LongestSku = 255;

    /// <summary>How long a token or the cursor of a page may be.</summary>
    public const int LongestToken = 4096;

    public RemoteField this[string name] =>
        new(PathOf(Path, name), Required(JsonValueKind.Object, "an object").TryGetProperty(name, out var value) ? value : null);

    public bool IsAbsentOrNull => Value is null or { ValueKind: JsonValueKind.Null };

    /// <summary>The field itself, or null if the response says <c>null</c>.</summary>
    public RemoteField? OrNull() => Present().ValueKind == JsonValueKind.Null ? null : this;

    /// <summary>The field itself, which must be an object.</summary>
    public RemoteField Object()
    {
        Required(JsonValueKind.Object, "an object");
        return this;
    }

    public string Text() => TryDecode(Required(JsonValueKind.String, "a text")) ?? throw Fault("is not a text");

    /// <summary>A text that is stored: no longer one than the called system itself allows is taken for an answer.</summary>
    public string Text(int longest) => Text() is var text && text.Length <= longest ? text : throw Fault(string.Create(CultureInfo.InvariantCulture, $"has {text.Length} characters, and may have {longest}"));

    /// <summary>
    /// A SKU. If no product can be linked by it, the result says why instead of failing the whole answer: only one product is affected, and
    /// the others in the answer can still be used.
    /// </summary>
    public RemoteSku Sku()
    {
        if (OrNull() is not { } there)
        {
            return default;
        }

        var text = TryDecode(there.Required(JsonValueKind.String, "a text"));
        return text switch
        {
            "" => default,
            null => new RemoteSku(null, "has half of a character"),
            { Length: > LongestSku } => new RemoteSku(null, string.Create(CultureInfo.InvariantCulture, $"has {text.Length} characters, and may have {LongestSku}")),
            _ => new RemoteSku(text, null),
        };
    }

    public bool Flag() => Present().ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Fault("is neither true nor false"),
    };

    public int Quantity() => Whole() is >= int.MinValue and <= int.MaxValue and var quantity ? (int)quantity : throw Fault("is not a whole number of up to ten digits");

    public long Number() => Whole() ?? throw Fault("is not a whole number");

    /// <summary>The elements of a list.</summary>
    public IEnumerable<RemoteField> Elements()
    {
        var path = Path;
        return Required(JsonValueKind.Array, "a list").EnumerateArray().Select((element, index) => new RemoteField($"{path}[{index}]", element));
    }

    /// <summary>The members of an object by their names.</summary>
    public IEnumerable<(string Name, RemoteField Member)> Members()
    {
        var path = Path;
        return Required(JsonValueKind.Object, "an object").EnumerateObject().Select(member => (member.Name, new RemoteField(PathOf(path, member.Name), member.Value)));
    }

    /// <summary>Reads a whole number; null for any other. Gateways that read and write the answer again make 7.0 of 7.</summary>
    private long? Whole()
    {
        var number = Required(JsonValueKind.Number, "a number");
        if (number.TryGetInt64(out var whole))
        {
            return whole;
        }

        var text = number.GetRawText().AsSpan();
        var point = text.IndexOf('.');
        return point > 0 && text[(point + 1)..].Trim('0').IsEmpty && long.TryParse(text[..point], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out whole) ? whole : null;
    }

    /// <summary>JSON can escape half of a surrogate pair, which no text can hold; null for such a one.</summary>
    private static string? TryDecode(JsonElement text)
    {
        try
        {
            return text.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private JsonElement Present() => Value ?? throw Fault("is missing");

    private JsonElement Required(JsonValueKind kind, string what) => Present().ValueKind == kind ? Present() : throw Fault($"is not {what}");

    private static string PathOf(string parent, string name) => parent.Length == 0 ? name : $"{parent}.{name}";

    private RemoteFieldException Fault(string problem) => new(Path.Length == 0 ? $"the response {problem}" : $"'{Path}' {problem}");
}
