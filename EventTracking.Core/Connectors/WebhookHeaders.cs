namespace EventTracking.Core.Connectors;

/// <summary>Which headers of a delivery are kept with its payload.</summary>
internal static class WebhookHeaders
{
    private static readonly string[] SecretWords = ["hmac", "token", "secret", "signature", "authorization", "key"];

    public static bool AreCommon(string name) =>
        name.Equals("content-type", StringComparison.OrdinalIgnoreCase) || name.Equals("user-agent", StringComparison.OrdinalIgnoreCase);

    /// <summary>Secrets and signatures are never stored.</summary>
    public static bool MayHoldSecret(string name)
    {
        foreach (var word in SecretWords)
        {
            if (name.Contains(word, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
