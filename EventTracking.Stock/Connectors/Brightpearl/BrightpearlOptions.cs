namespace EventTracking.Stock.Connectors.Brightpearl;

/// <summary>The Brightpearl account, from the configuration section <c>Brightpearl</c>.</summary>
internal sealed class BrightpearlOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Brightpearl";

    /// <summary>The account code.</summary>
    public string Account { get; set; } = "";

    /// <summary>Data centre host, e.g. <c>https://euw1.brightpearlconnect.com/</c>.</summary>
    public Uri? BaseAddress { get; set; }

    /// <summary>Reference of the private app.</summary>
    public string AppRef { get; set; } = "";

    /// <summary>Staff token of the private app. A secret.</summary>
    public string StaffToken { get; set; } = "";

    /// <summary>Unguessable path keys of the webhook URL; several at once while one is rotated. Secrets.</summary>
    public IList<string> WebhookKeys { get; } = [];

    /// <summary>The warehouse whose stock Shopify shows; null takes the total over all.</summary>
    public long? WarehouseId { get; set; }

    /// <summary>Calls a minute that this process allows itself; the account's limit is 200.</summary>
    public int RequestsPerMinute { get; set; } = 200;

    /// <summary>Longest time for one call, its retries included.</summary>
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Longest time for one try of a call.</summary>
    public TimeSpan TryTimeout { get; set; } = TimeSpan.FromSeconds(8);
}
