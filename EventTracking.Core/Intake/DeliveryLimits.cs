using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using EventTracking.Core.Events;

namespace EventTracking.Core.Intake;

/// <summary>
/// How much of a delivery's texts is kept. They become keys (DynamoDB: 2,048 bytes), parts of a record (400 KB) and of a message
/// (256 KB), and a delivery that a store refuses for its size would be sent again and again and never be stored. Headers add up to
/// at most 132 KB, in letters of three bytes.
/// </summary>
internal static class DeliveryLimits
{
    public const int TextLength = 255;

    private const int Headers = 40;
    private const int HeaderNameLength = 100;
    private const int HeaderValueLength = 1000;
    private const int EntityKindLength = 60;
    private const int HashLength = 16;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>Returns the text, or its beginning and a hash if it is longer than the limit: different texts stay different.</summary>
    public static string Cut(string text, int limit = TextLength)
    {
        if (text.Length <= limit)
        {
            return text;
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..HashLength];
        var end = limit - HashLength - 1;
        if (char.IsHighSurrogate(text[end - 1]))
        {
            end--;
        }

        return $"{text[..end]}…{hash}";
    }

    /// <summary>Returns whether a text of an event is the beginning of one that was longer than <see cref="TextLength"/>.</summary>
    public static bool IsCut(string text) =>
        text.Length is TextLength or TextLength - 1
        && text[^(HashLength + 1)] == '…'
        && text.AsSpan(text.Length - HashLength).IndexOfAnyExcept(HexDigits) < 0;

    /// <summary>Returns the entity as a record can hold it; null for one that could not be read back.</summary>
    public static EntityKey? Cut(EntityKey? entity)
    {
        if (entity is not { Kind: { } kind, Id: { } id })
        {
            return null;
        }

        if (kind.Length + id.Length >= EntityKey.MaxTextLength)
        {
            kind = Cut(kind, EntityKindLength);
            id = Cut(id, EntityKey.MaxTextLength - kind.Length - 1);
        }

        // A kind with a colon ends there when the text is read back.
        var isReadBack = kind.Length > 0 && !kind.Contains(':', StringComparison.Ordinal) && id.Length > 0;
        return isReadBack ? new EntityKey(kind, id) : EntityKey.TryParse($"{kind}:{id}", null, out var kept) ? kept : null;
    }

    /// <summary>Returns the first headers and cuts long values. Headers with long names are left out, because no real sender uses such names.</summary>
    public static IReadOnlyDictionary<string, string> Cut(IReadOnlyDictionary<string, string> headers) =>
        headers.Count <= Headers && headers.All(header => header.Key.Length <= HeaderNameLength && header.Value.Length <= HeaderValueLength)
            ? headers
            : headers.Where(header => header.Key.Length <= HeaderNameLength).Take(Headers).ToDictionary(header => header.Key, header => Cut(header.Value, HeaderValueLength));
}
