using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace EventTracking.Api.Authorization;

/// <summary>
/// The format of a key: <c>et_</c> and 32 random bytes. With that much randomness a plain hash is safe to store; a slow hash
/// protects guessable passwords and would only add its cost to every request.
/// </summary>
internal static class ApiKey
{
    public const string Prefix = "et_";

    public const int Length = 46;

    public const int HashLength = SHA256.HashSizeInBytes;

    private const int RandomBytes = 32;

    public static string Create() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));

    public static string HashText(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(key)));

    /// <summary>False, without hashing, for anything that does not have the format of a key.</summary>
    public static bool TryHash(ReadOnlySpan<char> key, Span<byte> hash)
    {
        Span<byte> text = stackalloc byte[Length];
        return key.Length == Length
            && key.StartsWith(Prefix, StringComparison.Ordinal)
            && Encoding.ASCII.TryGetBytes(key, text, out _)
            && SHA256.TryHashData(text, hash, out _);
    }
}
