using System.Diagnostics.CodeAnalysis;

namespace EventTracking.Core.Events;

/// <summary>The key of an entity that an event is about or waits for: a kind and an id within that kind, e.g. <c>product:1008</c>. At most 200 characters.</summary>
/// <param name="Kind">The kind in lower case, e.g. <c>product</c> or <c>inventory-item</c>.</param>
/// <param name="Id">The id in the system that owns the entity.</param>
public readonly record struct EntityKey(string Kind, string Id) : IParsable<EntityKey>
{
    internal const int MaxTextLength = 200;

    /// <summary>Reads <c>kind:id</c>.</summary>
    /// <exception cref="FormatException">The text does not have that form.</exception>
    public static EntityKey Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var key) ? key : throw new FormatException($"'{s}' is not an entity key. Expected a kind and an id, such as 'product:1008', of at most {MaxTextLength} characters.");

    /// <summary>Reads <c>kind:id</c>; returns false if either part is missing or the text is longer than 200 characters.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out EntityKey result)
    {
        result = default;
        if (s is null or { Length: > MaxTextLength })
        {
            return false;
        }

        var colon = s.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || colon == s.Length - 1)
        {
            return false;
        }

        result = new EntityKey(s[..colon], s[(colon + 1)..]);
        return true;
    }

    /// <summary>Returns <c>kind:id</c>.</summary>
    public override string ToString() => $"{Kind}:{Id}";
}
