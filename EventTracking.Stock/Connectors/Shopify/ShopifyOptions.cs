namespace EventTracking.Stock.Connectors.Shopify;

/// <summary>The Shopify store, from the configuration section <c>Shopify</c>.</summary>
internal sealed class ShopifyOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Shopify";

    /// <summary>The store's <c>myshopify.com</c> domain.</summary>
    public string ShopDomain { get; set; } = "";

    /// <summary>Where the Admin API is; null means <c>https://{ShopDomain}/</c>.</summary>
    public Uri? BaseAddress { get; set; }

    /// <summary>Version of the Admin API.</summary>
    public string ApiVersion { get; set; } = "2026-10";

    /// <summary>Admin API access token. A secret.</summary>
    public string AccessToken { get; set; } = "";

    /// <summary>Client secrets that webhooks may be signed with; several at once while one is rotated. Secrets.</summary>
    public IList<string> WebhookSecrets { get; } = [];

    /// <summary>The location whose stock is kept.</summary>
    public long LocationId { get; set; }

    /// <summary>Longest time for one call, its retries included.</summary>
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Longest time for one try of a call.</summary>
    public TimeSpan TryTimeout { get; set; } = TimeSpan.FromSeconds(8);
}
