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
            if (IdOf(item["id"]) is { } id
                && item["inventoryLevel"]?["quantities"] is JsonArray quantities
                && Named(quantities, "available") is { } available
                && Named(quantities, "committed") is { } committed)
            {
                levels.Add(new StatedLevel(id, (string?)item["sku"], new ShopifyLevel(available, committed), world.Timeline.Now));
            }
        }
    }

    /// <summary>Shopify confirmed that it has set the quantities of a call.</summary>
    public void SeeSet(JsonNode? call)
    {
        Forget();
        foreach (var row in call?["variables"]?["input"]?["quantities"]?.AsArray() ?? [])
        {
            levels.Add(new StatedLevel(IdOf(row!["inventoryItemId"])!.Value, null, new ShopifyLevel((int)row["quantity"]!, 0), world.Timeline.Now));
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
                var there = warehouses[World.Warehouse];
                if (there is null)
                {
                    Add(id, 0, 0);
                }
                else if ((int?)there["onHand"] is { } onHand && (int?)there["allocated"] is { } allocated)
                {
                    Add(id, onHand, allocated);
                }
            }
        }
    }

    public static long? IdOf(JsonNode? gid) =>
        gid?.GetValue<string>() is { } text && long.TryParse(text.AsSpan(text.LastIndexOf('/') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;

    private void Add(string product, int onHand, int allocated) =>
        availabilities.Add(new StatedAvailability(long.Parse(product, CultureInfo.InvariantCulture), new BrightpearlAvailability(onHand, allocated), world.Timeline.Now));

    private static int? Named(JsonArray quantities, string name) =>
        (int?)quantities.OfType<JsonObject>().FirstOrDefault(quantity => (string?)quantity["name"] == name)?["quantity"];

    private void Forget()
    {
        levels.RemoveAll(level => world.Timeline.Now - level.At > Kept);
        availabilities.RemoveAll(availability => world.Timeline.Now - availability.At > Kept);
    }
}

/// <summary>A level of an item as Shopify stated it, and the SKU that the item had; the SKU is null if the statement confirms a write.</summary>
internal sealed record StatedLevel(long Item, string? Sku, ShopifyLevel Level, TimeSpan At);

/// <summary>A product's quantities as Brightpearl stated them.</summary>
internal sealed record StatedAvailability(long Product, BrightpearlAvailability Availability, TimeSpan At);
