namespace EventTracking.Stock.Connectors.Shopify;

/// <summary>Settings of the Shopify store, bound to the configuration section <c>Shopify</c>.</summary>
internal sealed class ShopifyOptions
{
    /// <summary>The name of the configuration section.</summary>
    public const string Section = "Shopify";

    /// <summary>The store's <c>myshopify.com</c> domain.</summary>
    public string ShopDomain { get; set; } = "";

    /// <summary>The address of the Admin API; null means <c>https://{ShopDomain}/</c>.</summary>
    public Uri? BaseAddress { get; set; }

    /// <summary>The version of the Admin API, one of <see cref="ShopifyVersion.All"/>.</summary>
    public string ApiVersion { get; set; } = ShopifyVersion.Last;

    /// <summary>The static access token of an app that the admin created before 2026; null for an app with a client id. It is a secret.</summary>
    public string? AccessToken { get; set; }

    /// <summary>The client id of a Dev Dashboard app, which fetches its access tokens.</summary>
    public string? ClientId { get; set; }

    /// <summary>The client secret that belongs to the client id. It is a secret.</summary>
    public string? ClientSecret { get; set; }

    /// <summary>The client secrets that webhooks may be signed with. Configure several while you rotate a secret.</summary>
    public IList<string> WebhookSecrets { get; } = [];

    /// <summary>The maximum time for one call, including its retries.</summary>
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>The maximum time for one try of a call.</summary>
    public TimeSpan TryTimeout { get; set; } = TimeSpan.FromSeconds(8);
}
