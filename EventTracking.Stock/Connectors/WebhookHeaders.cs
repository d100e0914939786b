using System.Collections.Concurrent;

namespace EventTracking.Stock.Connectors;

/// <summary>Decides which headers of a delivery are kept with its payload.</summary>
internal static class WebhookHeaders
{
    private const string OfShopify = "x-shopify-";

    /// <summary>Shopify's Events deliveries have names without <c>X-</c>: https://shopify.dev/docs/apps/build/events/verify-deliveries.</summary>
    private const string OfShopifyEvents = "shopify-";

    /// <summary>The maximum number of header names to cache. Real senders use the same few names in every delivery, so more names than this are forged and not worth caching.</summary>
    private const int MaxNamesKept = 256;

    /// <summary>The longest name to cache.</summary>
    private const int MaxNameLength = 100;

    private static readonly ConcurrentDictionary<string, string?> ShopifyNames = new(StringComparer.Ordinal);

    private static readonly string[] SecretWords = ["hmac", "token", "secret", "signature", "authorization", "key"];

    public static bool AreCommon(string name) =>
        name.Equals("content-type", StringComparison.OrdinalIgnoreCase) || name.Equals("user-agent", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Returns the name, in lower case and with <c>x-</c>, under which a header of a Shopify delivery is kept; null if it is not kept.
    /// </summary>
    public static string? FindShopifyName(string name)
    {
        if (ShopifyNames.TryGetValue(name, out var kept))
        {
            return kept;
        }

        kept = CanonicalName(name);
        if (ShopifyNames.Count < MaxNamesKept && name.Length <= MaxNameLength)
        {
            ShopifyNames.TryAdd(name, kept);
        }

        return kept;
    }

    /// <summary>Returns whether the name is one that is kept under another, so that the other goes first if a delivery has both.</summary>
    public static bool IsShortForm(string name) => name.StartsWith(OfShopifyEvents, StringComparison.OrdinalIgnoreCase);

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

    private static string? CanonicalName(string name)
    {
        if (AreCommon(name))
        {
            return name.ToLowerInvariant();
        }

        if (MayHoldSecret(name))
        {
            return null;
        }

        return name.StartsWith(OfShopify, StringComparison.OrdinalIgnoreCase) ? name.ToLowerInvariant()
            : IsShortForm(name) ? $"x-{name.ToLowerInvariant()}"
            : null;
    }
}
