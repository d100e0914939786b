using System.Text;
using EventTracking.Stock.Connectors.Brightpearl;
using EventTracking.Stock.Connectors.Shopify;

namespace EventTracking.Tests.Rules.Connectors;

/// <summary>Who may deliver, and how that changes while the service runs.</summary>
public sealed class CredentialTests
{
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"inventory_item_id":7}""");

    // Computed apart from the product: HMAC-SHA256 over the body, with each secret as the key, in base 64.
    private const string BySecret = "mgExHVjscNgYiTIrPyC68MGYhh+efisAbgkNDnnD3mY=";
    private const string ByOther = "m2OE9ucVt+kqM6xCuJc+gCY1edIGrGXBp54fHc8wR9g=";

    [Fact]
    public void A_signature_is_compared_to_its_last_bit()
    {
        var webhooks = new ShopifyWebhooks(new ChangingOptions<ShopifyOptions>(new ShopifyOptions { WebhookSecrets = { "secret" } }), TimeProvider.System);

        Assert.True(webhooks.IsAuthentic(Body, BySecret));
        for (var bit = 0; bit < 256; bit++)
        {
            var forged = Convert.FromBase64String(BySecret);
            forged[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(webhooks.IsAuthentic(Body, Convert.ToBase64String(forged)));
        }
    }

    [Fact]
    public void A_changed_secret_counts_at_once()
    {
        var options = new ChangingOptions<ShopifyOptions>(new ShopifyOptions { WebhookSecrets = { "secret" } });
        var webhooks = new ShopifyWebhooks(options, TimeProvider.System);

        options.Change(new ShopifyOptions { WebhookSecrets = { "other" } });

        Assert.Equal((false, true), (webhooks.IsAuthentic(Body, BySecret), webhooks.IsAuthentic(Body, ByOther)));
    }

    [Fact]
    public void A_changed_path_key_counts_at_once()
    {
        var options = new ChangingOptions<BrightpearlOptions>(new BrightpearlOptions { WebhookKeys = { "first-key-of-the-account" } });
        var webhooks = new BrightpearlWebhooks(options, "fan-out");

        options.Change(new BrightpearlOptions { WebhookKeys = { "second-key-of-the-account" } });

        Assert.Equal((false, true), (webhooks.IsAuthentic("first-key-of-the-account"), webhooks.IsAuthentic("second-key-of-the-account")));
    }

    [Fact]
    public void A_credential_that_is_configured_twice_still_counts()
    {
        Assert.True(new ShopifyWebhooks(new ChangingOptions<ShopifyOptions>(new ShopifyOptions { WebhookSecrets = { "secret", "secret" } }), TimeProvider.System).IsAuthentic(Body, BySecret));
        Assert.True(new BrightpearlWebhooks(new ChangingOptions<BrightpearlOptions>(new BrightpearlOptions { WebhookKeys = { "key", "key" } }), "fan-out").IsAuthentic("key"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    public void An_empty_key_opens_nothing(string key) =>
        Assert.False(new BrightpearlWebhooks(new ChangingOptions<BrightpearlOptions>(new BrightpearlOptions { WebhookKeys = { key } }), "fan-out").IsAuthentic(key));
}
