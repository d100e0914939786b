using EventTracking.Core.Configuration;

namespace EventTracking.Api.Authorization;

/// <summary>A key that is accepted, from the configuration section <c>EventTracking:ApiKeys</c>. The key itself is not stored.</summary>
internal sealed class ApiKeyEntry
{
    public const string Section = $"{EventTrackingOptions.Section}:{Keys}";

    /// <summary>The section's name within that of the product.</summary>
    public const string Keys = "ApiKeys";

    /// <summary>Who holds it; replays and dismissals are recorded under this name.</summary>
    public string Name { get; set; } = "";

    /// <summary><c>viewer</c> or <c>operator</c>.</summary>
    public string Role { get; set; } = "";

    /// <summary>SHA-256 of the key, 64 hex digits.</summary>
    public string Hash { get; set; } = "";
}
