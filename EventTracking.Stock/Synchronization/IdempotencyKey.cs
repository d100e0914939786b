using System.Security.Cryptography;
using System.Text;

namespace EventTracking.Stock.Synchronization;

/// <summary>
/// Shopify's idempotency keys: the same while one call is repeated, another for each attempt and round (Shopify refuses the key
/// of a try that failed there, and answers that of one that succeeded without doing anything) and for other quantities (the same key with other parameters is an error). Across attempts the
/// comparison guards: an attempt reads again, and a write that took effect unseen leaves nothing to write.
/// </summary>
internal static class IdempotencyKey
{
    private const int Version = 8;

    /// <summary>A UUID of version 8 (RFC 9562: from a hash of one's own choice) over all that makes the operation what it is.</summary>
    public static Guid For(EventId id, int attempt, int round, long inventoryItemId, int from, int to)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{id}/{attempt}/{round}/{inventoryItemId}/{from}/{to}"), hash);
        hash[6] = (byte)((hash[6] & 0x0F) | (Version << 4));
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
