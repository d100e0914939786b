using System.Security.Cryptography;

namespace EventTracking.Core.Payloads;

/// <summary>
/// The hash over the head of a payload's line, as its bytes are stored: from the opening brace up to the comma before the body. Half of a
/// SHA-256 is enough, because whoever changes a payload has to meet the hash in the record; two payloads of one hash are of no use.
/// </summary>
internal static class HeadHash
{
    public const int Bytes = SHA256.HashSizeInBytes / 2;

    public static string Of(ReadOnlySpan<byte> head)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(head, hash);
        return Convert.ToHexStringLower(hash[..Bytes]);
    }
}
