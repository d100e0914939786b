using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EventTracking.Api.Sandbox;
using EventTracking.Core.Events;
using EventTracking.Core.Intake;
using EventTracking.Core.Payloads;
using EventTracking.Core.Resilience;
using EventTracking.Stock.Connectors.Brightpearl;
using EventTracking.Stock.Connectors.Shopify;
using EventTracking.Stock.Rules;
using EventTracking.Testing.Simulation;

namespace EventTracking.Benchmarks.Simulation;

/// <summary>
/// Shopify and Brightpearl: their true stock, their responses, and the webhooks that they send until each is acknowledged.
/// </summary>
internal sealed class Sources
{
    public const string ShopDomain = "simulated.myshopify.com";
    public const string ShopSecret = "simulated-client-secret";
    public const string Account = "simulated";
    public const string AccountKey = "simulated-webhook-key-1";
    public const long Location = 24826418;
    public const long OtherLocation = 24826419;
    public const long FirstItem = 271878346597000000;

    private const int StatesKept = 4;
    private static readonly TimeSpan StoreTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MaxPause = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LatestWebhook = TimeSpan.FromSeconds(8);

    private readonly World world;
    private readonly List<RemoteResponses> older = [];
    private readonly List<Webhook> webhooks = [];
    private readonly Dictionary<(long Product, long Warehouse), int> open = [];
    private RemoteResponses answers;
    private int mutationsSent;

    public Sources(World world)
    {
        this.world = world;
        Quantities = new Quantities(world.Locations);
        Statements = new Statements(world);
        Identities = new Identities(world);
        Checks = new StockChecks(world);
        foreach (var product in Products())
        {
            Truth.Add(Everywhere(product, 7));
        }

        answers = new RemoteResponses(Truth, world.Locations, new TrueClock(world));
    }

    /// <summary>The true state of both sides.</summary>
    public SandboxState Truth { get; } = new();

    /// <summary>What the sides had, and when.</summary>
    public Quantities Quantities { get; }

    /// <summary>What the sides stated.</summary>
    public Statements Statements { get; }

    /// <summary>The changes of SKUs, and which of them webhooks report.</summary>
    public Identities Identities { get; }

    /// <summary>The checks of quantities.</summary>
    public StockChecks Checks { get; }

    /// <summary>Every webhook so far.</summary>
    public IReadOnlyList<Webhook> Webhooks => webhooks;

    public bool HasUnacknowledged => webhooks.Exists(webhook => !webhook.IsAcknowledged);

    /// <summary>Shopify's answer to a call, which takes effect.</summary>
    /// <param name="body">The call.</param>
    /// <param name="stale">Whether the answer is from before the last changes, or a comparison finds another quantity.</param>
    /// <param name="spoil">What becomes of the answer on its way.</param>
    public string ResponseShopify(byte[] body, bool stale, Func<string, string> spoil)
    {
        var isSet = RemoteResponses.OperationOf(body) == "SetAvailable";
        SeeTruth();
        Identities.Look();
        var whole = From(stale && !isSet, Side.Shopify).Shopify(body, stale && isSet);
        foreach (var mutation in Truth.Mutations.Skip(mutationsSent))
        {
            Checks.SeeSet(mutation);
            if (mutation.From != mutation.To)
            {
                // Shopify also sends webhooks for changes made through its API, one for each item and location.
                SendLevel(mutation.InventoryItemId, mutation.LocationId, $"echo/{mutation.IdempotencyKey}/{mutation.InventoryItemId}/{mutation.LocationId}");
            }
        }

        mutationsSent = Truth.Mutations.Count;
        var sent = spoil(whole);
        var answer = JsonNode.Parse(sent);
        if (!isSet)
        {
            Statements.SeeShopify(answer);
        }
        else if (answer?["data"]?["inventorySetQuantities"]?["userErrors"] is JsonArray { Count: 0 })
        {
            Statements.SeeSet(JsonNode.Parse(body));
        }

        return sent;
    }

    /// <summary>Brightpearl's answer to a call.</summary>
    /// <param name="address">The address that was called.</param>
    /// <param name="stale">Whether the answer is from before the last changes.</param>
    /// <param name="spoil">What becomes of the answer on its way.</param>
    public (HttpStatusCode Status, string Body) ResponseBrightpearl(Uri address, bool stale, Func<string, string> spoil)
    {
        var (status, whole) = From(stale, Side.Brightpearl).Brightpearl(address);
        var sent = spoil(whole);
        Statements.SeeBrightpearl(JsonNode.Parse(sent));
        return (status, sent);
    }

    /// <summary>Notes what both sides have now. It runs before each change and each check.</summary>
    public void SeeTruth()
    {
        foreach (var product in Truth.Products)
        {
            Quantities.See(product, Side.Brightpearl, world.Timeline.Now);
            Quantities.See(product, Side.Shopify, world.Timeline.Now);
        }
    }

    /// <summary>Changes the true state without a webhook.</summary>
    public void Change(Predicate<SandboxProduct> which, Func<SandboxProduct, SandboxProduct> change)
    {
        SeeTruth();
        Remember();
        Truth.Change(which, change);
    }

    /// <summary>Sends a webhook of Shopify about an item's level at the main location.</summary>
    public void SendLevel(long item, string name) => SendLevel(item, Location, name);

    /// <summary>Sends a webhook of Shopify about an item's level at a location.</summary>
    public void SendLevel(long item, long location, string name)
    {
        var available = Truth.FindItem(item)?.At(PlaceOf(location)).Available ?? 0;
        var body = string.Create(CultureInfo.InvariantCulture, $$"""{"inventory_item_id":{{item}},"location_id":{{location}},"available":{{available}},"updated_at":"{{world.Timeline.TrueTime:yyyy-MM-ddTHH:mm:sszzz}}"}""");
        SendShopify("inventory_levels/update", Encoding.UTF8.GetBytes(body), name);
    }

    /// <summary>Sends any webhook of Shopify.</summary>
    public void SendShopify(string topic, byte[] body, string name, TimeSpan delay = default)
    {
        var headers = new Dictionary<string, string>
        {
            ["Content-Type"] = "application/json",
            ["X-Shopify-Topic"] = topic,
            ["X-Shopify-Shop-Domain"] = ShopDomain,
            ["X-Shopify-Webhook-Id"] = $"{world.Luck.Hash(name):x16}",
            ["X-Shopify-Triggered-At"] = world.Timeline.TrueTime.ToString("yyyy-MM-ddTHH:mm:ss.fffffff'00Z'", CultureInfo.InvariantCulture),
            ["X-Shopify-Hmac-Sha256"] = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(ShopSecret), body)),
        };
        Send(new Webhook($"shopify/{headers["X-Shopify-Webhook-Id"]}", headers, body), name, delay);
    }

    /// <summary>Sends a webhook of Brightpearl about changed products.</summary>
    public Webhook SendBrightpearl(string ids, string fullEvent, string name, TimeSpan delay = default)
    {
        var body = string.Create(CultureInfo.InvariantCulture, $$"""{"accountCode":"{{Account}}","resourceType":"product","id":"{{ids}}","fullEvent":"{{fullEvent}}","raisedOn":"{{world.Timeline.TrueTime:yyyy-MM-ddTHH:mm:ssZ}}"}""");
        return SendBrightpearl(Encoding.UTF8.GetBytes(body), name, delay);
    }

    /// <summary>Sends any webhook of Brightpearl.</summary>
    public Webhook SendBrightpearl(byte[] body, string name, TimeSpan delay = default) =>
        Send(new Webhook($"brightpearl/{name}", new Dictionary<string, string> { ["Content-Type"] = "application/json" }, body), name, delay);

    /// <summary>Sends a webhook once more, whatever its result was.</summary>
    public void Repeat(Webhook webhook) => world.Timeline.At(world.Timeline.Now, world.Luck.Hash($"repeat/{webhook.Name}"), () => Deliver(webhook));

    /// <summary>An order at Shopify: Brightpearl receives it later.</summary>
    public void Order(SandboxProduct product, StockLocation location, int quantity, string name)
    {
        var place = PlaceOf(location.Id);
        Change(known => known.ProductId == product.ProductId, known => known.At(place) is var stock
            ? known.With(place, stock with { Available = stock.Available - quantity, Committed = stock.Committed + quantity })
            : known);
        SendLevel(product.InventoryItemId!.Value, location.Id, $"{name}/level");
        var order = (product.ProductId!.Value, location.Warehouses[0]);
        open[order] = open.GetValueOrDefault(order) + quantity;
    }

    /// <summary>Brightpearl gets all orders that it does not have yet.</summary>
    public void ImportOrders(string name)
    {
        foreach (var ((product, warehouse), quantity) in open)
        {
            Change(known => known.ProductId == product, known => known.In(warehouse) is var stock
                ? known.With(warehouse, new SandboxWarehouse(stock.OnHand - quantity, stock.Allocated + quantity))
                : known);
            SendBrightpearl(product.ToString(CultureInfo.InvariantCulture), "product.modified.on-hand-modified", $"{name}/{product}/{warehouse}");
        }

        open.Clear();
    }

    /// <summary>Both sides show the products that one of them did not have yet.</summary>
    public void RevealAll() => Reveal(product => product.ProductId is 205 or 206);

    public void Reveal(Predicate<SandboxProduct> which)
    {
        Remember();
        foreach (var product in Truth.Products.Where(product => (product.HiddenAtShopify || product.HiddenAtBrightpearl) && which(product)))
        {
            Truth.Change(known => known.ProductId == product.ProductId, known => known with { HiddenAtShopify = false, HiddenAtBrightpearl = false });
        }
    }

    /// <summary>The process has ended while it was responding: every sender that waits for a response tries again.</summary>
    public void HangUp()
    {
        foreach (var webhook in webhooks.Where(webhook => webhook.UnderWay > 0 && !webhook.IsAcknowledged))
        {
            webhook.UnderWay = 0;
            TryAgain(webhook);
        }
    }

    /// <summary>The state that a response is made from. One from before the last changes is what its side answers now.</summary>
    private RemoteResponses From(bool stale, Side side)
    {
        if (!stale || older.Count == 0)
        {
            return answers;
        }

        foreach (var product in older[0].Products)
        {
            Quantities.See(product, side, world.Timeline.Now);
        }

        return older[0];
    }

    /// <summary>A location of the settings as the sandbox knows it.</summary>
    public SandboxLocation PlaceOf(long location) => SandboxLocation.Find(world.Locations, location)!.Value;

    /// <summary>What the two sides have at each location.</summary>
    public IEnumerable<(long Location, ShopifyLevel Level, BrightpearlAvailability Availability)> LocationsOf(SandboxProduct product, SandboxProduct item) => world.Locations.All.Select(location =>
    {
        var stock = item.At(PlaceOf(location.Id));
        List<SandboxWarehouse> warehouses = [.. location.Warehouses.Select(product.In)];
        return (location.Id, new ShopifyLevel(stock.Available, stock.Committed), new BrightpearlAvailability(warehouses.Sum(warehouse => warehouse.OnHand), warehouses.Sum(warehouse => warehouse.Allocated)));
    });

    /// <summary>The product with stock at the second location too, if there is one.</summary>
    public SandboxProduct Everywhere(SandboxProduct product, int available) => world.Locations.AreSeveral
        ? product.With(4, new SandboxWarehouse(7, 0)).With(PlaceOf(OtherLocation), new SandboxStock(available, 0, SandboxLevel.Active))
        : product;

    private static IEnumerable<SandboxProduct> Products()
    {
        for (var id = 201; id <= 206; id++)
        {
            yield return new SandboxProduct($"SIM-{id}", $"Simulated {id}") { ProductId = id, InventoryItemId = FirstItem + id, OnHand = 20, Available = 20, HiddenAtShopify = id == 205, HiddenAtBrightpearl = id == 206 };
        }
    }

    private void Remember()
    {
        var copy = new SandboxState();
        foreach (var product in Truth.Products)
        {
            if (copy.Change(known => IsSame(known, product), _ => product) is null)
            {
                copy.Add(product);
            }
        }

        older.Add(new RemoteResponses(copy, world.Locations, new TrueClock(world)));
        if (older.Count > StatesKept)
        {
            older.RemoveAt(0);
        }
    }

    private static bool IsSame(SandboxProduct one, SandboxProduct other) =>
        one.ProductId is { } id ? id == other.ProductId : other.ProductId is null && one.InventoryItemId == other.InventoryItemId;

    private Webhook Send(Webhook webhook, string name, TimeSpan delay)
    {
        webhooks.Add(webhook);
        world.Timeline.At(world.Timeline.Now + delay + (LatestWebhook * world.Luck.Fraction($"send/{name}")), world.Luck.Hash(name), () => Deliver(webhook));
        return webhook;
    }

    private void Deliver(Webhook webhook)
    {
        if (world.Process is { } process)
        {
            webhook.UnderWay++;
            _ = DeliverAsync(process, webhook);
        }
        else
        {
            TryAgain(webhook);
        }
    }

    private async Task DeliverAsync(SimulatedProcess process, Webhook webhook)
    {
        using var expiry = new CancellationTokenSource(StoreTimeout, process.Clock);
        var failed = false;
        try
        {
            var delivery = Read(process, webhook);
            var accepted = await process.Get<EventIntake>().AcceptAsync(delivery, expiry.Token).WaitAsync(expiry.Token);
            world.Timeline.At(world.Timeline.Now, world.Luck.Hash(webhook.Name), () => Promised(webhook, delivery.DeliveryIdIsUnique, accepted));
        }
        catch (Exception exception) when (exception is StoreUnavailableException or OperationCanceledException)
        {
            failed = true;
        }

        world.Timeline.At(world.Timeline.Now, world.Luck.Hash(webhook.Name), () =>
        {
            webhook.UnderWay = Math.Max(0, webhook.UnderWay - 1);
            if (failed && !webhook.IsAcknowledged)
            {
                TryAgain(webhook);
            }
        });
    }

    private void Promised(Webhook webhook, bool deliveryIdIsUnique, IntakeResult accepted)
    {
        world.Trace.Add($"{webhook.Name} is {accepted.Id}{(accepted.Duplicate ? ", known" : "")}");
        webhook.IsAcknowledged = true;
        webhook.EventId ??= accepted.Id;
        world.Witness.SeePromise(webhook.Name, deliveryIdIsUnique, accepted.Id, webhook.Body);
    }

    private static Delivery Read(SimulatedProcess process, Webhook webhook)
    {
        if (webhook.Headers.TryGetValue("X-Shopify-Hmac-Sha256", out var signature))
        {
            var shopify = process.Get<ShopifyWebhooks>();
            return shopify.IsAuthentic(webhook.Body, signature)
                ? shopify.Read(new Dictionary<string, string>(webhook.Headers, StringComparer.OrdinalIgnoreCase), webhook.Body)
                : throw new InvalidOperationException("The simulation signs wrongly.");
        }

        return process.Get<BrightpearlWebhooks>().Read(new Dictionary<string, string>(webhook.Headers, StringComparer.OrdinalIgnoreCase), webhook.Body);
    }

    private void TryAgain(Webhook webhook)
    {
        webhook.Tries++;
        var pause = TimeSpan.FromTicks(Math.Min(MaxPause.Ticks, FirstPause.Ticks << Math.Min(webhook.Tries, 10)));
        world.Timeline.At(world.Timeline.Now + (pause * (0.5 + (world.Luck.Fraction($"again/{webhook.Name}/{webhook.Tries}") / 2))), world.Luck.Hash(webhook.Name), () =>
        {
            if (!webhook.IsAcknowledged)
            {
                Deliver(webhook);
            }
        });
    }
}

/// <summary>A delivery that a source sends until it is acknowledged.</summary>
internal sealed record Webhook(string Name, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public bool IsAcknowledged { get; set; }

    /// <summary>The event that it became.</summary>
    public EventId? EventId { get; set; }

    public int Tries { get; set; }

    /// <summary>The number of tries that still wait for a response.</summary>
    public int UnderWay { get; set; }
}

/// <summary>The clock of Shopify and Brightpearl, which no clock of a process disturbs.</summary>
internal sealed class TrueClock(World world) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => world.Timeline.TrueTime;
}
