using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EventTracking.Core.Events;
using EventTracking.Core.Intake;
using Microsoft.Extensions.Options;

namespace EventTracking.Stock.Connectors.Brightpearl;

/// <summary>Authenticity and reading of Brightpearl's webhook deliveries, which are not signed and carry no id.</summary>
internal sealed class BrightpearlWebhooks
{
    /// <summary>The function that takes a delivery about several products apart.</summary>
    public const string FanOut = "fan-out";

    private const string Source = "brightpearl";
    private const string Product = "product";

    private readonly string account;
    private volatile byte[][] keys;

    public BrightpearlWebhooks(IOptionsMonitor<BrightpearlOptions> options)
    {
        account = options.CurrentValue.Account;
        keys = KeysOf(options.CurrentValue);
        options.OnChange(changed => keys = KeysOf(changed));
    }

    /// <summary>Whether the path key is one of the account's; compared in constant time.</summary>
    public bool IsAuthentic(string key)
    {
        Span<byte> claimed = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(key), claimed);
        var authentic = false;
        foreach (var known in keys)
        {
            authentic |= CryptographicOperations.FixedTimeEquals(known, claimed);
        }

        return authentic;
    }

    /// <summary>The delivery that the body tells of. Never fails: what cannot be read is left open.</summary>
    public Delivery Read(IReadOnlyDictionary<string, string> headers, ReadOnlyMemory<byte> body)
    {
        var message = BrightpearlMessage.Read(body.Span);
        var topic = TopicOf(message);
        var ids = BrightpearlIdSet.TryParse(message.Ids, out var set, out _) ? set : null;
        var single = ids is { Count: 1 } ? ids.First : (long?)null;
        return new Delivery
        {
            Source = Source,
            Account = account,
            Topic = topic,
            DeliveryId = ComposeId(topic, message, ids, body.Span),

            // The time has whole seconds: a second change within one looks the same.
            DeliveryIdIsUnique = false,
            TriggeredAt = WebhookTime.Read(message.RaisedOn),
            Entity = single is { } id && IsProduct(message, topic) ? new EntityKey(Product, id.ToString(CultureInfo.InvariantCulture)) : null,
            Function = single is null ? FanOut : null,
            Headers = Keep(headers),
            Body = body,
        };
    }

    // Hashes are of one length, so that the comparison does not tell the length of a key.
    private static byte[][] KeysOf(BrightpearlOptions options) =>
        [.. options.WebhookKeys.Where(key => !string.IsNullOrWhiteSpace(key)).Select(key => SHA256.HashData(Encoding.UTF8.GetBytes(key)))];

    private static string TopicOf(BrightpearlMessage message)
    {
        var composed = string.Join('.', new[] { message.ResourceType, message.LifecycleEvent, message.ResourceSpecifier }.Where(part => part is not null));
        var topic = message.FullEvent ?? composed;
        return topic.Length == 0 ? "unknown" : topic.ToLowerInvariant();
    }

    private static bool IsProduct(BrightpearlMessage message, string topic) => message.ResourceType is { } type
        ? type.Equals(Product, StringComparison.OrdinalIgnoreCase)
        : topic == Product || topic.StartsWith(Product + ".", StringComparison.Ordinal);

    private static string ComposeId(string topic, BrightpearlMessage message, BrightpearlIdSet? ids, ReadOnlySpan<byte> body)
    {
        // A body without anything to tell it by is told by its bytes, else all such bodies would be one event.
        var hash = message is { Ids: null, RaisedOn: null }
            ? SHA256.HashData(body)
            : SHA256.HashData(Encoding.UTF8.GetBytes($"{topic}\n{message.RaisedOn}\n{ids?.ToString() ?? message.Ids}"));
        return "sha256:" + Convert.ToHexStringLower(hash);
    }

    private static Dictionary<string, string> Keep(IReadOnlyDictionary<string, string> headers)
    {
        var kept = new Dictionary<string, string>(2, StringComparer.Ordinal);
        foreach (var (name, value) in headers)
        {
            if (WebhookHeaders.AreCommon(name))
            {
                kept[name.ToLowerInvariant()] = value;
            }
        }

        return kept;
    }
}
