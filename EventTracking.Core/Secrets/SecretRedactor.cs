namespace EventTracking.Core.Secrets;

/// <summary>
/// Replaces known secrets in text that is about to be stored or logged, since exception messages are
/// written by other people's code and may quote a URL or a header.
/// </summary>
internal sealed class SecretRedactor(IEnumerable<string> known)
{
    private const string Mask = "***";
    private const int ShortestSecret = 6;

    private volatile string[] secrets = Order(known);

    /// <summary>Masks these too; what was rotated out may still be in texts that are under way.</summary>
    public void Learn(IEnumerable<string> more) => secrets = Order([.. secrets, .. more]);

    public string Redact(string text)
    {
        foreach (var secret in secrets)
        {
            text = text.Replace(secret, Mask, StringComparison.Ordinal);
        }

        return text;
    }

    // The longest first: one may be part of another.
    private static string[] Order(IEnumerable<string> secrets) =>
        [.. secrets.Where(secret => secret.Length >= ShortestSecret).Distinct().OrderByDescending(secret => secret.Length)];
}
