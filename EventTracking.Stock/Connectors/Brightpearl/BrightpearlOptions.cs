namespace EventTracking.Stock.Connectors.Brightpearl;

/// <summary>Settings of the Brightpearl account, bound to the configuration section <c>Brightpearl</c>.</summary>
internal sealed class BrightpearlOptions
{
    /// <summary>The name of the configuration section.</summary>
    public const string Section = "Brightpearl";

    /// <summary>The account code.</summary>
    public string Account { get; set; } = "";

    /// <summary>The address of the account's data center, e.g. <c>https://euw1.brightpearlconnect.com/</c>.</summary>
    public Uri? BaseAddress { get; set; }

    /// <summary>The reference of the app.</summary>
    public string AppRef { get; set; } = "";

    /// <summary>The staff token of a private app; null for an OAuth instance app. It is a secret.</summary>
    public string? StaffToken { get; set; }

    /// <summary>The credentials of an OAuth instance app.</summary>
    public BrightpearlOAuthOptions OAuth { get; } = new();

    /// <summary>The unguessable path keys of the webhook URL, which are secrets. Configure several while you rotate a key.</summary>
    public IList<string> WebhookKeys { get; } = [];

    /// <summary>
    /// Whether a quantity that Brightpearl leaves out counts as 0. Without it, such a product fails and keeps its quantity at Shopify, because
    /// a 0 that is only assumed would sell the product out.
    /// </summary>
    public bool MissingQuantityIsZero { get; set; }

    /// <summary>The account's calls per minute, which all processes of the service share with the account's other apps. Brightpearl's usual limit is 200.</summary>
    public int RequestsPerMinute { get; set; } = 200;

    /// <summary>The maximum time for one call, including its retries.</summary>
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>The maximum time for one try of a call.</summary>
    public TimeSpan TryTimeout { get; set; } = TimeSpan.FromSeconds(8);
}
