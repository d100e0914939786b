using EventTracking.Core.Intake;
using Microsoft.Extensions.Options;

namespace EventTracking.Core.Connectors.Shopify;

/// <summary>Authenticity and reading of Shopify's webhook deliveries.</summary>
internal sealed class ShopifyWebhooks(IOptions<ShopifyOptions> options)
{
    /// <summary>Whether the base64 HMAC-SHA256 over the raw body is valid for one of the secrets; false for anything malformed.</summary>
    public bool IsAuthentic(ReadOnlySpan<byte> body, string? signature) => throw new NotImplementedException(options.Value.ShopDomain + body.Length + signature);

    /// <summary>The delivery that headers and body tell of. Never fails: what cannot be read is left open. Header names are looked up without regard to case.</summary>
    public Delivery Read(IReadOnlyDictionary<string, string> headers, ReadOnlyMemory<byte> body) => throw new NotImplementedException();
}
