using System.Collections.Concurrent;

namespace EventTracking.Stock.Connectors;

/// <summary>Decides which headers of a delivery are kept with its payload.</summary>
internal static class WebhookHeaders
{
    private const string OfShopify = "x-shopify-";

    /// <summary>The maximum number of header names to cache. Real senders use the same few names in every delivery, so more names than this are forged and not worth caching.</summary>
    private const int MaxNamesKept = 256;

    private static readonly ConcurrentDictionary<string, string?> ShopifyNames = new(StringComparer.Ordinal);

    private static readonly string[] SecretWords = ["hmac", "token", "secret", "signature", "authorization", "key"];

    public static bool AreCommon(string name) =>
        name.Equals("content-type", StringComparison.OrdinalIgnoreCase) || name.Equals("user-agent", StringComparison.OrdinalIgnoreCase);

    /// <summary>Returns the name, in lower case, under which a header of a Shopify delivery is kept; null if it is not kept.</summary>
    public static string? FindShopifyName(string name)
    {
        if (ShopifyNames.TryGetValue(name, out var kept))
        {
            return kept;
        }

        kept = AreCommon(name) || (name.StartsWith(OfShopify, StringComparison.OrdinalIgnoreCase) && !MayHoldSecret(name)) ? name.ToLowerInvariant() : null;
        if (ShopifyNames.Count < MaxNamesKept)
        {
            ShopifyNames.TryAdd(name, kept);
        }

        return kept;
    }

    /// <summary>Returns whether a header may hold a secret or a signature, which are never stored.</summary>
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
