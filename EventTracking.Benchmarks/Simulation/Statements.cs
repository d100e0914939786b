using System.Globalization;
using System.Text.Json.Nodes;
using EventTracking.Stock.Connectors.Brightpearl;
using EventTracking.Stock.Connectors.Shopify;

namespace EventTracking.Benchmarks.Simulation;

/// <summary>
/// The quantities that the two sides stated in so many words: read from the text of each answer as it was sent, by code that shares
/// nothing with the connectors. What an answer leaves out is not stated.
/// </summary>
internal sealed class Statements(World world)
{
    /// <summary>A reading may be stored this long after the answer: a run of two minutes, and a machine that freezes for three.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);

    private readonly List<StatedLevel> levels = [];
    private readonly List<StatedAvailability> availabilities = [];

    public IEnumerable<StatedLevel> LevelsOf(long item) => levels.Where(level => level.Item == item);

    public IEnumerable<StatedAvailability> AvailabilitiesOf(long product) => availabilities.Where(availability => availability.Product == product);

    /// <summary>Reads an answer of Shopify about items.</summary>
    public void SeeShopify(JsonNode? answer)
    {
        Forget();
        foreach (var item in (answer?["data"]?["nodes"] as JsonArray)?.OfType<JsonObject>() ?? [])
        {
            foreach (var location in IdOf(item["id"]) is null ? [] : world.Locations.All)
            {
                var name = string.Create(CultureInfo.InvariantCulture, $"at{location.Id}");
                var level = item.ContainsKey(name) && item[name] is null ? new ShopifyLevel(0, 0)
                    : item[name]?["quantities"] is JsonArray quantities && Named(quantities, "available") is { } available && Named(quantities, "committed") is { } committed ? new ShopifyLevel(available, committed)
                    : null;
                if (level is not null)
                {
                    levels.Add(new StatedLevel(IdOf(item["id"])!.Value, location.Id, (string?)item["sku"], level, item[name] is null, world.Timeline.Now));
                }
            }
        }
    }

    /// <summary>Shopify confirmed that it has set the quantities of a call.</summary>
    public void SeeSet(JsonNode? call)
    {
        Forget();
        foreach (var row in call?["variables"]?["input"]?["quantities"]?.AsArray() ?? [])
        {
            levels.Add(new StatedLevel(IdOf(row!["inventoryItemId"])!.Value, IdOf(row["locationId"])!.Value, null, new ShopifyLevel((int)row["quantity"]!, 0), IsNone: false, world.Timeline.Now));
        }
    }

    /// <summary>Reads an answer of Brightpearl about availabilities. It lists only the warehouses that hold a product; nothing else is read from what is absent.</summary>
    public void SeeBrightpearl(JsonNode? answer)
    {
        Forget();
        foreach (var (id, product) in answer?["response"] as JsonObject ?? [])
        {
            if (product is JsonObject known && known["warehouses"] is JsonObject warehouses)
            {
                foreach (var location in world.Locations.All)
                {
                    List<JsonNode> there = [.. location.Warehouses.Select(warehouse => warehouses[warehouse.ToString(CultureInfo.InvariantCulture)]).OfType<JsonNode>()];
                    if (there.TrueForAll(stock => (int?)stock["onHand"] is not null && (int?)stock["allocated"] is not null))
                    {
                        Add(id, location.Id, there.Sum(stock => (int)stock["onHand"]!), there.Sum(stock => (int)stock["allocated"]!));
                    }
                }
            }
        }
    }

    public static long? IdOf(JsonNode? gid) =>
        gid?.GetValue<string>() is { } text && long.TryParse(text.AsSpan(text.LastIndexOf('/') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;

    private void Add(string product, long location, int onHand, int allocated) =>
        availabilities.Add(new StatedAvailability(long.Parse(product, CultureInfo.InvariantCulture), location, new BrightpearlAvailability(onHand, allocated), world.Timeline.Now));

    private static int? Named(JsonArray quantities, string name) =>
        (int?)quantities.OfType<JsonObject>().FirstOrDefault(quantity => (string?)quantity["name"] == name)?["quantity"];

    private void Forget()
    {
        levels.RemoveAll(level => world.Timeline.Now - level.At > Kept);
        availabilities.RemoveAll(availability => world.Timeline.Now - availability.At > Kept);
    }
}

/// <summary>
/// A level of an item at a location as Shopify stated it, or that there is none, and the SKU that the item had; the SKU is null if the
/// statement confirms a write.
/// </summary>
internal sealed record StatedLevel(long Item, long Location, string? Sku, ShopifyLevel Level, bool IsNone, TimeSpan At)
{
    /// <summary>What a write compares with; null for nothing.</summary>
    public int? From => IsNone ? null : Level.Available;
}

/// <summary>A product's quantities in the warehouses of a location as Brightpearl stated them.</summary>
internal sealed record StatedAvailability(long Product, long Location, BrightpearlAvailability Availability, TimeSpan At);
