using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace EventTracking.Stock.Connectors.Brightpearl;

/// <summary>
/// Encrypts the shared tokens with AES-GCM. The key comes from the refresh token in the settings, which only the store of secrets holds.
/// After somebody has authorized the app anew and replaced that token, the old tokens cannot be read any more and are not used.
/// </summary>
internal static class SealedTokens
{
    private const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private static readonly byte[] Purpose = Encoding.UTF8.GetBytes("EventTracking shared tokens 1");

    public static byte[] Seal(SharedTokenContent tokens, string secret, string account)
    {
        var plain = JsonSerializer.SerializeToUtf8Bytes(tokens, TokenJson.Default.SharedTokenContent);
        var all = new byte[NonceBytes + TagBytes + plain.Length];
        var nonce = all.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(Key(secret, account), TagBytes);
        aes.Encrypt(nonce, plain, all.AsSpan(NonceBytes + TagBytes), all.AsSpan(NonceBytes, TagBytes));
        return all;
    }

    /// <summary>Returns the tokens; null if they were sealed with another secret or are damaged.</summary>
    public static SharedTokenContent? Open(byte[]? all, string secret, string account)
    {
        if (all is null || all.Length < NonceBytes + TagBytes)
        {
            return null;
        }

        var plain = new byte[all.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(Key(secret, account), TagBytes);
        try
        {
            aes.Decrypt(all.AsSpan(0, NonceBytes), all.AsSpan(NonceBytes + TagBytes), all.AsSpan(NonceBytes, TagBytes), plain);
            return JsonSerializer.Deserialize(plain, TokenJson.Default.SharedTokenContent);
        }
        catch (Exception exception) when (exception is AuthenticationTagMismatchException or JsonException)
        {
            return null;
        }
    }

    private static byte[] Key(string secret, string account) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret), KeyBytes, Encoding.UTF8.GetBytes(account), Purpose);
}
