using System.Security.Cryptography;
using System.Text;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Intake;
using EventTracking.Core.Payloads;
using EventTracking.Stock.Vocabulary;
using Microsoft.Extensions.Options;

namespace EventTracking.Stock.Connectors.Brightpearl;

/// <summary>Verifies and reads Brightpearl's webhook deliveries, which are not signed and carry no id.</summary>
internal sealed class BrightpearlWebhooks
{
    private const string Product = Entities.ProductKind;

    private readonly string account;
    private readonly string idSetFunction;
    private volatile byte[][] keys;

    /// <param name="options">The settings of the account.</param>
    /// <param name="idSetFunction">The function that handles deliveries that do not name an event and exactly one id, or contradict themselves.</param>
    public BrightpearlWebhooks(IOptionsMonitor<BrightpearlOptions> options, string idSetFunction)
    {
        this.idSetFunction = idSetFunction;
        account = options.CurrentValue.Account;
        keys = KeysOf(options.CurrentValue);
        options.OnChange(changed => keys = KeysOf(changed));
    }

    /// <summary>Returns whether the path key is one of the account's keys. It compares in constant time.</summary>
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

    /// <summary>Reads a delivery. It never fails: parts that cannot be read stay empty.</summary>
    public Delivery Read(IReadOnlyDictionary<string, string> headers, ReadOnlyMemory<byte> body)
    {
        var message = BrightpearlMessage.Read(body.Span);
        var topic = message.Topic ?? EventRoutes.UnknownTopic;
        var ids = !message.HasTooManyIds && BrightpearlIdSet.TryParse(message.Ids, out var set, out _) ? set : null;
        var single = ids is { Count: 1 } ? ids.First : (long?)null;
        return new Delivery
        {
            Source = Topics.Brightpearl,
            Account = message.Account is { } named && !named.Equals(account, StringComparison.OrdinalIgnoreCase) ? named : account,
            Topic = topic,
            DeliveryId = ComposeId(topic, message, ids, body.Span),

            // The time has a resolution of one second, so a second change within the same second looks the same.
            DeliveryIdIsUnique = false,
            TriggeredAt = WebhookTime.Read(message.RaisedOn),
            Entity = single is { } id && IsProduct(message, topic) ? Entities.Product(id) : null,
            Function = single is null || message.Topic is null || message.FindContradiction(topic) is not null ? idSetFunction : null,
            Headers = Keep(headers),
            Body = body,
        };
    }

    /// <summary>Returns the product that a payload is about, e.g. one that was edited; null if it does not name exactly one.</summary>
    /// <exception cref="FunctionException">The payload contradicts itself: permanent.</exception>
    public EntityKey? ReadEntity(PayloadRecord payload)
    {
        var message = BrightpearlMessage.Read(payload.Body.Span);
        return message.FindContradiction(message.Topic ?? payload.Topic) is { } contradiction
            ? throw new FunctionException(contradiction, "payload/not-understood", transient: false)
            : Read(payload.Headers, payload.Body).Entity;
    }

    // Hashes have the same length, so that the comparison does not reveal the length of a key.
    private static byte[][] KeysOf(BrightpearlOptions options) =>
        [.. options.WebhookKeys.Where(key => !string.IsNullOrWhiteSpace(key)).Select(key => SHA256.HashData(Encoding.UTF8.GetBytes(key)))];

    private static bool IsProduct(BrightpearlMessage message, string topic) => message.ResourceType is { } type
        ? type.Equals(Product, StringComparison.OrdinalIgnoreCase)
        : topic == Product || topic.StartsWith(Product + ".", StringComparison.Ordinal);

    private static string ComposeId(string topic, BrightpearlMessage message, BrightpearlIdSet? ids, ReadOnlySpan<byte> body)
    {
        // A body with neither ids nor a time is identified by its bytes; otherwise all such bodies would be the same event. So is one whose
        // ids were not all read.
        var hash = message is { Ids: null, RaisedOn: null } or { HasTooManyIds: true }
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
