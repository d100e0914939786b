using System.Text;
using EventTracking.Api.Errors;
using EventTracking.Api.Webhooks;
using static EventTracking.Tests.Api.Webhooks.Senders.SenderCase;
using static EventTracking.Tests.Api.Webhooks.Senders.SenderRequest;

namespace EventTracking.Tests.Api.Webhooks.Senders;

/// <summary>What Shopify, its tools and its imitators send.</summary>
internal static class ShopifyCases
{
    private const string Topic = "X-Shopify-Topic";
    private const string ShopDomain = "X-Shopify-Shop-Domain";
    private const string Signature = "X-Shopify-Hmac-Sha256";
    private const string Item = """{"inventory_item_id":9001,"location_id":24826418,"available":1}""";

    private static readonly byte[] ItemBytes = Encoding.UTF8.GetBytes(Item);
    private static readonly string Signed = Deliveries.Sign(ItemBytes, ApiFixture.ShopifySecret);

    public static IEnumerable<(string Name, SenderCase Case)> All { get; } =
    [
        ("usual", Level(Shopify(Item))),
        .. Names,
        .. Signatures,
        .. Bodies,
        .. Shops,
        .. Topics,
        .. Transports,
    ];

    private static IEnumerable<(string Name, SenderCase Case)> Names =>
    [
        ("names in lower case", Level(Shopify(Item).Renamed(name => name.ToLowerInvariant()))),
        ("names in upper case", Level(Shopify(Item).Renamed(name => name.ToUpperInvariant()))),
        ("names without X-", Level(Shopify(Item).Renamed(WithoutX))),
        ("names without X- in lower case", Level(Shopify(Item).Renamed(name => WithoutX(name).ToLowerInvariant()))),
        ("both names with the same values", Level(Both(Shopify(Item)))),
        ("both names, X- counts", Level(Shopify(Item).With("Shopify-Topic", "products/update").With("Shopify-Shop-Domain", "other.myshopify.com"))),
        ("both names, X- counts behind the other", Level(Shopify(Item).Without(Topic).With("Shopify-Topic", "products/update").With(Topic, "inventory_levels/update"))),
        ("both names, X- is blank", Level(Shopify(Item).Instead(Topic, " ").With("Shopify-Topic", "inventory_levels/update"))),
        ("no time", Level(Shopify(Item).Without("X-Shopify-Triggered-At"))),
        ("a time that is none", Level(Shopify(Item).Instead("X-Shopify-Triggered-At", "99999-99-99T99:99:99Z"))),
        ("no id", Level(Shopify(Item).Without("X-Shopify-Webhook-Id"))),
        ("only what is needed", Level(Shopify(Item).Without("X-Shopify-Webhook-Id", "X-Shopify-Event-Id", "X-Shopify-API-Version", "X-Shopify-Triggered-At", "Content-Type"))),
        ("headers that no record needs", Level(Enumerable.Range(0, 60).Aggregate(Shopify(Item), (request, number) => request.With($"X-Shopify-Note-{number}", "n")))),
        ("long ids", Level(Shopify(Item).Instead("X-Shopify-Webhook-Id", new string('w', 6000)).Instead("X-Shopify-Event-Id", new string('e', 6000)))),
        ("a long content type", Level(Shopify(Item).Instead("Content-Type", $"application/json; x={new string('c', 6000)}"))),
    ];

    private static IEnumerable<(string Name, SenderCase Case)> Signatures =>
    [
        ("another's signature in X- and ours in the other", Level(Shopify(Item).Instead(Signature, Deliveries.Sign(ItemBytes, "another")).With("Shopify-Hmac-Sha256", Signed))),
        ("our signature in X- and another's in the other", Level(Shopify(Item).With("Shopify-Hmac-Sha256", "another"))),
        ("another's signature in both", NotAuthentic(Shopify(Item).Instead(Signature, Deliveries.Sign(ItemBytes, "another")).With("Shopify-Hmac-Sha256", "another"))),
        ("no signature", NotAuthentic(Shopify(Item).Without(Signature))),
        ("an empty signature", NotAuthentic(Shopify(Item).Instead(Signature, ""))),
        ("a signature with another secret", NotAuthentic(Shopify(Item).Instead(Signature, Deliveries.Sign(ItemBytes, "another")))),
        ("a signature with no secret", NotAuthentic(Shopify(Item).Instead(Signature, Deliveries.Sign(ItemBytes, "")))),
        ("a signature of another body", NotAuthentic(Shopify(Item) with { Body = Encoding.UTF8.GetBytes(Item + " ") })),
        ("a signature that is cut", NotAuthentic(Shopify(Item).Instead(Signature, Signed[..20]))),
        ("a signature that is too long", NotAuthentic(Shopify(Item).Instead(Signature, Signed + "AAAA"))),
        ("a signature in hex", NotAuthentic(Shopify(Item).Instead(Signature, Convert.ToHexString(Convert.FromBase64String(Signed))))),
        ("a signature twice", Level(Shopify(Item).With(Signature, Signed))),
        ("another's signature and ours under one name", Level(Shopify(Item).Instead(Signature, Deliveries.Sign(ItemBytes, "another")).With(Signature, Signed))),
        ("another's signature twice", NotAuthentic(Shopify(Item).Instead(Signature, Deliveries.Sign(ItemBytes, "another")).With(Signature, "another"))),
    ];

    private static IEnumerable<(string Name, SenderCase Case)> Bodies =>
    [
        ("a byte order mark", Level(Shopify([0xEF, 0xBB, 0xBF, .. ItemBytes]))),
        ("a trailing comma", Level(Shopify("""{"inventory_item_id":9001,"tags":[1,],}"""))),
        ("comments", Level(Shopify("""/* sent by a script */{"inventory_item_id":9001 // the mug"""  + "\n}"))),
        ("a number as text", Level(Shopify("""{"inventory_item_id":"9001","available":"1"}"""))),
        ("white space around", Level(Shopify(" \r\n\t" + Item + "\n\n"))),
        ("members that nobody knows", Level(Shopify("""{"future":{"deep":[{}]},"inventory_item_id":9001,"available":null}"""))),
        ("no body", NotJson(Shopify((byte[]?)null))),
        ("an empty body", NotJson(Shopify([]))),
        ("white space", NotJson(Shopify("  \n"))),
        ("no JSON", NotJson(Shopify("<level>1</level>"))),
        ("a cut object", NotJson(Shopify(Item[..40]), "inventory-item:9001")),
        ("more than one object", NotJson(Shopify(Item + Item), "inventory-item:9001")),
        ("invalid UTF-8", NotJson(Shopify([0xFF, 0xFE, 0xC3, 0x28]))),
        ("UTF-16", NotJson(Shopify(Encoding.Unicode.GetBytes(Item)))),
        ("zeros", NotJson(Shopify(new byte[1000]))),
        ("deep nesting", NotJson(Shopify(new string('[', 100_000)))),
        ("an empty object", NotJson(Shopify("{}"))),
        ("an array", NotJson(Shopify($"[{Item}]"))),
        ("an id in an array", NotJson(Shopify("""{"inventory_item_id":[9001]}"""))),
        ("an id in an object", NotJson(Shopify("""{"inventory_item_id":{"id":9001}}"""))),
        ("an id that is no whole number", NotJson(Shopify("""{"inventory_item_id":9001.5}"""))),
        ("a huge id", NotJson(Shopify("""{"inventory_item_id":99999999999999999999}"""))),
        ("null", Fails(Shopify("null"), "inventory-observed", "inventory_levels/update", "payload/null")),
        ("an id of zero", Fails(Shopify("""{"inventory_item_id":0}"""), "inventory-observed", "inventory_levels/update", "payload/no-entity")),
        ("a negative id", Fails(Shopify("""{"inventory_item_id":-1}"""), "inventory-observed", "inventory_levels/update", "payload/no-entity")),
        ("the largest id", Level(Shopify("""{"inventory_item_id":9223372036854775807}""")) with { Entity = "inventory-item:9223372036854775807" }),
    ];

    private static IEnumerable<(string Name, SenderCase Case)> Shops =>
    [
        ("our shop in upper case", Level(Shopify(Item).Instead(ShopDomain, Shop.ToUpperInvariant()))),
        ("no shop", Level(Shopify(Item).Without(ShopDomain))),
        ("our shop twice", Level(Shopify(Item).With(ShopDomain, Shop))),
        ("another shop", OtherShop(Shopify(Item).Instead(ShopDomain, "other-store.myshopify.com"))),
        ("another shop without X-", OtherShop(Shopify(Item).Instead(ShopDomain, "other-store.myshopify.com").Renamed(WithoutX))),
        ("another shop that begins like ours", OtherShop(Shopify(Item).Instead(ShopDomain, Shop + ".example.com"))),
        ("another shop that ends like ours", OtherShop(Shopify(Item).Instead(ShopDomain, "other." + Shop))),
        ("our shop and another", OtherShop(Shopify(Item).With(ShopDomain, "other-store.myshopify.com"))),
        ("a shop of any length", Fails(Shopify(Item).Instead(ShopDomain, new string('s', 6000)), "unrouted", "inventory_levels/update", "payload/too-long")),
        ("another shop and no topic", OtherShop(Shopify(Item).Without(Topic).Instead(ShopDomain, "other-store.myshopify.com")) with { Topic = "unknown" }),
        ("another shop and a topic without a function", OtherShop(Shopify(Item, "carts/update").Instead(ShopDomain, "other-store.myshopify.com")) with { Topic = "carts/update" }),
    ];

    private static IEnumerable<(string Name, SenderCase Case)> Topics =>
    [
        ("a topic in upper case", Level(Shopify(Item, "Inventory_Levels/Update"))),
        ("a topic twice", Level(Shopify(Item).With(Topic, "inventory_levels/update"))),
        ("two topics", NoTopic(Shopify(Item).With(Topic, "products/update"))),
        ("no topic", NoTopic(Shopify(Item).Without(Topic))),
        ("a blank topic", NoTopic(Shopify(Item, " "))),
        ("no topic and no body", NoTopic(Shopify((byte[]?)null).Without(Topic))),
        ("a topic without a function", Ignored(Shopify(Item, "carts/update"), "carts/update", "No function handles the topic 'carts/update' of 'shopify'.")),
        ("a topic without a function and no JSON", Ignored(Shopify("<cart/>", "carts/update"), "carts/update", "No function handles the topic 'carts/update' of 'shopify'.")),
        ("a topic of another age", Ignored(Shopify("""{"id":7}""", "orders/teleported"), "orders/teleported", "orders/teleported", "order:7")),

        // The first 238 letters, and the hash that sha256sum prints for the 6,000.
        ("a topic of any length", Fails(Shopify(Item, new string('t', 6000)), "unrouted", $"{new string('t', 238)}…dc86903a9192771d", "payload/too-long")),
    ];

    private static IEnumerable<(string Name, SenderCase Case)> Transports =>
    [
        ("chunks", Level(Shopify(Item) with { IsChunked = true })),
        ("a body that waits for its leave", Level(Shopify(Item).With("Expect", "100-continue"))),
        ("a content type that nobody knows", Level(Shopify(Item).Instead("Content-Type", "application/x-unknown; charset=nonsense"))),
        ("a content type that is none", Level(Shopify(Item).Instead("Content-Type", "json"))),
        ("a form's content type", Level(Shopify(Item).Instead("Content-Type", "application/x-www-form-urlencoded"))),
        ("a content encoding", Level(Shopify(Item).With("Content-Encoding", "gzip"))),
        ("a query", Level(Shopify(Item).To("/webhooks/shopify?topic=carts/update&x=%zz"))),
        ("a trailing slash", Level(Shopify(Item).To("/webhooks/shopify/"))),
        ("a path in upper case", Level(Shopify(Item).To("/WEBHOOKS/SHOPIFY"))),
        ("an encoded path", Level(Shopify(Item).To("/webhooks/%73hopify"))),
        ("two slashes", Refused(Shopify(Item).To("//webhooks/shopify"), ProblemTypes.RouteNotFound)),
        ("two slashes inside", Refused(Shopify(Item).To("/webhooks//shopify"), ProblemTypes.RouteNotFound)),
        ("a longer path", Refused(Shopify(Item).To("/webhooks/shopify/inventory"), ProblemTypes.RouteNotFound)),
        ("a shorter path", Refused(Shopify(Item).To("/webhooks"), ProblemTypes.RouteNotFound)),
        ("another system's path", Refused(Shopify(Item).To("/webhooks/other"), ProblemTypes.RouteNotFound)),
        ("GET", Refused(Shopify((byte[]?)null) with { Method = "GET" }, ProblemTypes.MethodNotAllowed)),
        ("PUT", Refused(Shopify(Item) with { Method = "PUT" }, ProblemTypes.MethodNotAllowed)),
        ("DELETE", Refused(Shopify((byte[]?)null) with { Method = "DELETE" }, ProblemTypes.MethodNotAllowed)),
        ("OPTIONS", Refused(Shopify((byte[]?)null) with { Method = "OPTIONS" }, ProblemTypes.MethodNotAllowed)),
        ("HEAD", Refused(Shopify((byte[]?)null) with { Method = "HEAD" }, ProblemTypes.MethodNotAllowed)),
        ("a method that nobody knows", Refused(Shopify(Item) with { Method = "BREW" }, ProblemTypes.MethodNotAllowed)),
        ("the largest body", NotJson(Shopify(new string(' ', RequestBody.Limit)))),
        ("a body above the limit", Refused(Shopify(new string(' ', RequestBody.Limit + 1)).With("Expect", "100-continue"), ProblemTypes.TooLarge)),
    ];

    private static SenderCase NotAuthentic(SenderRequest request) => Refused(request, ProblemTypes.NotAuthentic);

    private static SenderCase NotJson(SenderRequest request, string? entity = null) =>
        Fails(request, "inventory-observed", "inventory_levels/update", "payload/invalid-json", entity);

    private static SenderCase NoTopic(SenderRequest request) => Fails(request, "unrouted", "unknown", "payload/not-understood");

    private static SenderCase OtherShop(SenderRequest request) => Ignored(request, "inventory_levels/update", "other-shop: ");

    private static string WithoutX(string name) => name.StartsWith("X-Shopify-", StringComparison.Ordinal) ? name["X-".Length..] : name;

    private static SenderRequest Both(SenderRequest request) =>
        request.Headers.Where(header => header.Name.StartsWith("X-", StringComparison.Ordinal)).Aggregate(request, (both, header) => both.With(WithoutX(header.Name), header.Value));
}
