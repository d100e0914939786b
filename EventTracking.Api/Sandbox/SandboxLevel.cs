using System.Text.Json.Serialization;

namespace EventTracking.Api.Sandbox;

/// <summary>Whether an item is stocked at the location.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SandboxLevel>))]
internal enum SandboxLevel
{
    /// <summary>The item is stocked there.</summary>
    [JsonStringEnumMemberName("active")]
    Active,

    /// <summary>The item was stocked there and is not any more. It keeps its quantities.</summary>
    [JsonStringEnumMemberName("inactive")]
    Inactive,

    /// <summary>The item was never stocked there.</summary>
    [JsonStringEnumMemberName("none")]
    None,
}
