using System.Security.Cryptography;

namespace EventTracking.Stock.Connectors.Shopify;

/// <summary>
/// The signatures that a delivery claims: base64 HMAC-SHA256 over the raw body, with one of the secrets. They are read before the
/// body, so that a delivery without any costs no more than its headers.
/// </summary>
internal sealed class ShopifySignatures
{
    /// <summary>Of a header that came more often than any gateway repeats it, the first ones count.</summary>
    private const int MaxOfHeader = 4;

    private readonly byte[] claimed;
    private readonly byte[][] secrets;

    private ShopifySignatures(byte[] claimed, byte[][] secrets) => (this.claimed, this.secrets) = (claimed, secrets);

    /// <summary>Reads the headers; returns null if there is no signature in any of them. Servers and gateways join headers that came more than once with commas.</summary>
    public static ShopifySignatures? Find(IEnumerable<string?> headers, byte[][] secrets)
    {
        var claimed = Array.Empty<byte>();
        foreach (var header in headers)
        {
            claimed = [.. claimed, .. Read(header)];
        }

        return claimed.Length == 0 ? null : new ShopifySignatures(claimed, secrets);
    }

    /// <summary>Returns whether one of the signatures is valid for the body.</summary>
    public bool AreOf(ReadOnlySpan<byte> body)
    {
        // All secrets are always tried, so that the time taken does not reveal which one is in use.
        var authentic = false;
        Span<byte> actual = stackalloc byte[SHA256.HashSizeInBytes];
        foreach (var secret in secrets)
        {
            HMACSHA256.HashData(secret, body, actual);
            authentic |= IsClaimed(actual);
        }

        return authentic;
    }

    /// <summary>Checks a body that arrives piece by piece.</summary>
    public Check Begin() => new(this);

    private static byte[] Read(string? header)
    {
        Span<byte> claimed = stackalloc byte[MaxOfHeader * SHA256.HashSizeInBytes];
        var read = 0;
        var text = header.AsSpan();
        foreach (var part in text.Split(','))
        {
            if (read < claimed.Length
                && Convert.TryFromBase64Chars(text[part], claimed.Slice(read, SHA256.HashSizeInBytes), out var length)
                && length == SHA256.HashSizeInBytes)
            {
                read += length;
            }
        }

        return claimed[..read].ToArray();
    }

    private bool IsClaimed(ReadOnlySpan<byte> actual)
    {
        var authentic = false;
        for (var claim = 0; claim < claimed.Length; claim += SHA256.HashSizeInBytes)
        {
            authentic |= CryptographicOperations.FixedTimeEquals(actual, claimed.AsSpan(claim, SHA256.HashSizeInBytes));
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
                authentic |= signatures.IsClaimed(actual);
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
