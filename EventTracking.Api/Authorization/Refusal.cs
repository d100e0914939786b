namespace EventTracking.Api.Authorization;

/// <summary>Why a request of a stranger was refused.</summary>
internal enum Refusal
{
    /// <summary>Its API key is unknown.</summary>
    ApiKey,

    /// <summary>A delivery of Shopify has no valid signature.</summary>
    ShopifySignature,

    /// <summary>A delivery of Brightpearl has no valid key.</summary>
    BrightpearlKey,

    /// <summary>A large body found no room, or did not arrive in time while others waited.</summary>
    Crowded,
}
