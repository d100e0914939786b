namespace EventTracking.Core.Observability;

/// <summary>
/// Replaces known secrets in text that is about to be stored or logged, since exception messages are
/// written by other people's code and may quote a URL or a header.
/// </summary>
internal sealed class SecretRedactor(IEnumerable<string> secrets)
{
    private const string Mask = "***";
    private const int ShortestSecret = 6;

    private readonly string[] secrets = [.. secrets.Where(secret => secret.Length >= ShortestSecret).Distinct().OrderByDescending(secret => secret.Length)];

    public string Redact(string text)
    {
        foreach (var secret in secrets)
        {
            text = text.Replace(secret, Mask, StringComparison.Ordinal);
        }

        return text;
    }
}
