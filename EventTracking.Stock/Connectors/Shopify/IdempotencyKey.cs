using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EventTracking.Stock.Connectors.Shopify;

/// <summary>
/// Composes Shopify's idempotency keys. The key stays the same while one call is repeated. Each attempt and round has another key,
/// because Shopify refuses the key of a failed try and does nothing for the key of a successful one. Other rows, or the same in
/// another order, also have another key, because the same key with other parameters is an error. Across attempts the comparison
/// protects the write: an attempt reads the level again, and if an earlier write took effect unnoticed, there is nothing left to write.
/// The comparison alone also protects what is repeated after 24 hours, when Shopify forgets a key:
/// https://shopify.dev/docs/api/usage/implementing-idempotency
/// </summary>
internal static class IdempotencyKey
{
    private const int Version = 8;

    /// <summary>Returns a UUID of version 8 (RFC 9562: a custom format, here from a hash) over everything that identifies the operation.</summary>
    public static Guid For(string reference, IEnumerable<ShopifyChange> rows)
    {
        var text = new StringBuilder(reference);
        foreach (var row in rows)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{row.Cause}/{row.InventoryItemId}/{row.LocationId}/{row.ChangeFrom}/{row.Quantity}");
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()), hash);
        hash[6] = (byte)((hash[6] & 0x0F) | (Version << 4));
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
