using System.Security.Cryptography;

namespace EventTracking.Stock.Connectors.Shopify;

/// <summary>
/// The signatures that a delivery claims: base64 HMAC-SHA256 over the raw body, with one of the secrets. They are read before the
/// body, so that a delivery without any costs no more than its headers.
/// </summary>
internal sealed class ShopifySignatures
{
    /// <summary>Of a header that came more often than any gateway repeats it, the first ones count.</summary>
    private const int MaxBytes = 4 * SHA256.HashSizeInBytes;

    private readonly byte[] claimed;
    private readonly byte[][] secrets;

    private ShopifySignatures(byte[] claimed, byte[][] secrets) => (this.claimed, this.secrets) = (claimed, secrets);

    /// <summary>Reads the headers; returns null if there is no signature in any of them.</summary>
    public static ShopifySignatures? Find(string? header, string? other, byte[][] secrets)
    {
        Span<byte> claimed = stackalloc byte[2 * MaxBytes];
        var length = Read(header, claimed[..MaxBytes]);
        length += Read(other, claimed[length..]);
        return length == 0 ? null : new ShopifySignatures(claimed[..length].ToArray(), secrets);
    }

    /// <summary>Returns whether one of the signatures in a header is valid for the body.</summary>
    public static bool AreOf(ReadOnlySpan<byte> body, string? header, byte[][] secrets)
    {
        Span<byte> claimed = stackalloc byte[MaxBytes];
        var length = Read(header, claimed);
        return length > 0 && AreOf(body, claimed[..length], secrets);
    }

    /// <summary>Returns whether one of the signatures is valid for the body.</summary>
    public bool AreOf(ReadOnlySpan<byte> body) => AreOf(body, claimed, secrets);

    /// <summary>Checks a body that arrives piece by piece.</summary>
    public Check Begin() => new(this);

    /// <summary>Reads a header, in which servers and gateways join several with commas, and returns how many bytes its signatures have.</summary>
    private static int Read(string? header, Span<byte> claimed)
    {
        var read = 0;
        var text = header.AsSpan();
        foreach (var part in text.Split(','))
        {
            if (read < MaxBytes
                && Convert.TryFromBase64Chars(text[part], claimed.Slice(read, SHA256.HashSizeInBytes), out var length)
                && length == SHA256.HashSizeInBytes)
            {
                read += length;
            }
        }

        return read;
    }

    private static bool AreOf(ReadOnlySpan<byte> body, ReadOnlySpan<byte> claimed, byte[][] secrets)
    {
        // All secrets are always tried, so that the time taken does not reveal which one is in use.
        var authentic = false;
        Span<byte> actual = stackalloc byte[SHA256.HashSizeInBytes];
        foreach (var secret in secrets)
        {
            HMACSHA256.HashData(secret, body, actual);
            authentic |= IsClaimed(actual, claimed);
        }

        return authentic;
    }

    private static bool IsClaimed(ReadOnlySpan<byte> actual, ReadOnlySpan<byte> claimed)
    {
        var authentic = false;
        for (var claim = 0; claim < claimed.Length; claim += SHA256.HashSizeInBytes)
        {
            authentic |= CryptographicOperations.FixedTimeEquals(actual, claimed.Slice(claim, SHA256.HashSizeInBytes));
        }

        return authentic;
    }

    /// <summary>The hashes of the part of a body that has arrived.</summary>
    internal sealed class Check(ShopifySignatures signatures) : IDisposable
    {
        private readonly IncrementalHash[] hashes = Array.ConvertAll(signatures.secrets, secret => IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret));

        public void Append(ReadOnlySpan<byte> piece)
        {
            foreach (var hash in hashes)
            {
                hash.AppendData(piece);
            }
        }

        /// <summary>Returns whether one of the signatures is valid for all that was appended.</summary>
        public bool IsAuthentic()
        {
            var authentic = false;
            Span<byte> actual = stackalloc byte[SHA256.HashSizeInBytes];
            foreach (var hash in hashes)
            {
                hash.GetHashAndReset(actual);
                authentic |= IsClaimed(actual, signatures.claimed);
            }

            return authentic;
        }

        public void Dispose()
        {
            foreach (var hash in hashes)
            {
                hash.Dispose();
            }
        }
    }
}
