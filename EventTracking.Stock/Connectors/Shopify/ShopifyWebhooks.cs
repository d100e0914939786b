using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EventTracking.Core.Events;
using EventTracking.Core.Intake;
using EventTracking.Stock.Vocabulary;
using Microsoft.Extensions.Options;

namespace EventTracking.Stock.Connectors.Shopify;

/// <summary>Verifies and reads Shopify's webhook deliveries.</summary>
internal sealed class ShopifyWebhooks
{
    private readonly TimeProvider time;
    private readonly string shopDomain;
    private volatile byte[][] secrets;

    public ShopifyWebhooks(IOptionsMonitor<ShopifyOptions> options, TimeProvider time)
    {
        this.time = time;
        shopDomain = options.CurrentValue.ShopDomain;
        secrets = SecretsOf(options.CurrentValue);
        options.OnChange(changed => secrets = SecretsOf(changed));
    }

    /// <summary>
    /// The headers that a signature may be in. A delivery may have both, and one valid signature proves that it is authentic: nobody
    /// else can compute it.
    /// </summary>
    public static IReadOnlyList<string> SignatureHeaders { get; } = ["X-Shopify-Hmac-Sha256", "Shopify-Hmac-Sha256"];

    /// <summary>Reads the signatures that a delivery claims; returns null if it claims none, so that its body need not be read.</summary>
    public ShopifySignatures? FindSignatures(IReadOnlyDictionary<string, string> headers) =>
        ShopifySignatures.Find(headers.GetValueOrDefault(SignatureHeaders[0]), headers.GetValueOrDefault(SignatureHeaders[1]), secrets);

    /// <summary>
    /// Returns whether the base64 HMAC-SHA256 of the raw body is valid for one of the secrets; false for anything malformed. Of a header
    /// that came more than once, which servers and gateways join with commas, one signature has to be valid.
    /// </summary>
    public bool IsAuthentic(ReadOnlySpan<byte> body, string? signature) => ShopifySignatures.AreOf(body, signature, secrets);

    /// <summary>
    /// Reads a delivery from its headers and body. It never fails: parts that cannot be read stay empty. Header names are not
    /// case-sensitive, and may lack their <c>X-</c>. A delivery that names no shop counts as our own: a signature covers only the body, so
    /// a sender that can leave the name out can also write ours, and either way only the current state of our shop is read.
    /// </summary>
    public Delivery Read(IReadOnlyDictionary<string, string> headers, ReadOnlyMemory<byte> body)
    {
        var kept = Keep(headers);
        var topic = TopicOf(kept);
        var deliveryId = Value(kept, "x-shopify-webhook-id");
        var triggeredAt = Value(kept, "x-shopify-triggered-at");
        return new Delivery
        {
            Source = Topics.Shopify,
            Account = Value(kept, "x-shopify-shop-domain")?.ToLowerInvariant() ?? shopDomain,
            Topic = topic,
            DeliveryId = deliveryId ?? ComposeId(topic, triggeredAt, body.Span),
            DeliveryIdIsUnique = deliveryId is not null,
            TriggeredAt = WebhookTime.Read(triggeredAt) ?? (deliveryId is null ? null : Today()),
            Entity = EntityOf(topic, body.Span),
            Headers = kept,
            Body = body,
            CorrelationId = Value(kept, "x-shopify-event-id"),
        };
    }

    // Anyone can compute a signature with an empty key, so empty secrets are skipped.
    private static byte[][] SecretsOf(ShopifyOptions options) =>
        [.. options.WebhookSecrets.Where(secret => !string.IsNullOrWhiteSpace(secret)).Select(Encoding.UTF8.GetBytes)];

    /// <summary>
    /// The time for the id of a delivery that does not say when it was triggered: the same for all its tries on one day, so that they
    /// are one event.
    /// </summary>
    private DateTimeOffset Today() => new(time.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero);

    private static Dictionary<string, string> Keep(IReadOnlyDictionary<string, string> headers)
    {
        var kept = new Dictionary<string, string>(headers.Count, StringComparer.Ordinal);
        foreach (var (name, value) in headers)
        {
            if (WebhookHeaders.FindShopifyName(name) is not { } keptName || string.IsNullOrWhiteSpace(value))
            {
                continue;
            }

            // The names with X- are those that every delivery has, so they go first.
            if (!WebhookHeaders.IsShortForm(name))
            {
                kept[keptName] = value;
            }
            else
            {
                kept.TryAdd(keptName, value);
            }
        }

        return kept;
    }

    /// <summary>The header's value. Servers and gateways join a header that came twice with a comma; equal values count as one.</summary>
    private static string? Value(Dictionary<string, string> kept, string name)
    {
        if (!kept.TryGetValue(name, out var value))
        {
            return null;
        }

        return value.Contains(',', StringComparison.Ordinal) && value.Split(',', StringSplitOptions.TrimEntries).Distinct().ToList() is [var single] ? single : value.Trim();
    }

    // Two different topics say nothing.
    private static string TopicOf(Dictionary<string, string> kept) =>
        Value(kept, "x-shopify-topic") is { Length: > 0 } topic && !topic.Contains(',', StringComparison.Ordinal) ? topic.ToLowerInvariant() : EventRoutes.UnknownTopic;

    private static string ComposeId(string topic, string? triggeredAt, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{topic}\n{triggeredAt}\n"));
        hash.AppendData(body);
        return "sha256:" + Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static EntityKey? EntityOf(string topic, ReadOnlySpan<byte> body)
    {
        var slash = topic.IndexOf('/', StringComparison.Ordinal);
        var id = (slash < 0 ? topic : topic[..slash]) switch
        {
            "inventory_levels" => (Entities.InventoryItemKind, TopLevelId.Find(body, "inventory_item_id"u8)),
            "inventory_items" => (Entities.InventoryItemKind, TopLevelId.Find(body, "id"u8)),
            "products" => (Entities.ShopifyProductKind, TopLevelId.Find(body, "id"u8)),
            "orders" => (Entities.OrderKind, TopLevelId.Find(body, "id"u8)),
            _ => ("", null),
        };
        return id is (var kind, { } number) ? new EntityKey(kind, number.ToString(CultureInfo.InvariantCulture)) : null;
    }
}
