using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace EventTracking.Stock.Rules;

/// <summary>
/// Which warehouses of Brightpearl feed which location of Shopify: all pairs in one setting or, for a single location, two settings
/// that are older. Texts, because a template and an environment variable can hold no list.
/// </summary>
internal sealed class LocationOptions
{
    public const string LocationsSetting = "Stock:Locations";
    public const string LocationIdSetting = "Shopify:LocationId";
    public const string WarehouseIdSetting = "Brightpearl:WarehouseId";

    /// <summary>Each location has a row in the product's record and in every write, and Shopify counts it in every read.</summary>
    public const int MaxLocations = 20;

    public const int MaxWarehouses = 100;

    private const int MaxLength = 4000;
    private const string All = "*";

    /// <summary>The pairs, such as <c>24826418=2,3;24826419=4</c>; null if the older settings name the location.</summary>
    public string? Locations { get; set; }

    /// <summary>The only location whose stock is synchronized.</summary>
    public string? LocationId { get; set; }

    /// <summary>The warehouse whose stock the only location shows; null uses the total of all warehouses.</summary>
    public string? WarehouseId { get; set; }

    public void Bind(IConfiguration configuration)
    {
        Locations = TextOf(LocationsSetting);
        LocationId = TextOf(LocationIdSetting);
        WarehouseId = TextOf(WarehouseIdSetting);

        string? TextOf(string key) => configuration[key] is { } text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;
    }

    /// <summary>Returns the locations that the settings name.</summary>
    /// <param name="problem">What is wrong with them, as a sentence that begins with the setting; null if nothing is.</param>
    public IReadOnlyList<StockLocation> Read(out string? problem)
    {
        if (Locations is not null)
        {
            var locations = ReadPairs(Locations, out problem);
            problem ??= (LocationId ?? WarehouseId) is { } older
                ? $"{(LocationId is null ? WarehouseIdSetting : LocationIdSetting)} must not be set together with {LocationsSetting}, which names all locations and warehouses, but is '{older}'."
                : null;
            return locations;
        }

        if (!TryReadId(LocationId, out var location))
        {
            problem = $"{LocationIdSetting} must be the id of the location whose stock is synchronized, unless {LocationsSetting} is set, but is {Shown(LocationId)}.";
            return [];
        }

        var warehouse = 0L;
        problem = WarehouseId is null || TryReadId(WarehouseId, out warehouse) ? null : $"{WarehouseIdSetting} must be the id of a warehouse, or not be set, but is {Shown(WarehouseId)}.";
        return [new StockLocation(location, WarehouseId is null ? [] : [warehouse])];
    }

    private static List<StockLocation> ReadPairs(string text, out string? problem)
    {
        problem = text.Length <= MaxLength ? null : $"{LocationsSetting} must have at most {MaxLength} characters, but has {text.Length}.";
        if (problem is not null)
        {
            return [];
        }

        var locations = new List<StockLocation>();
        foreach (var pair in text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var sides = pair.Split('=', StringSplitOptions.TrimEntries);
            var warehouses = sides is [_, var list] and not [_, All] ? list.Split(',', StringSplitOptions.TrimEntries) : [];
            var ids = warehouses.Select(warehouse => TryReadId(warehouse, out var id) ? id : 0).ToList();
            if (sides.Length != 2 || !TryReadId(sides[0], out var location) || ids.Contains(0))
            {
                problem = $"{LocationsSetting} must name pairs such as '24826418=2,3;24826419=4' (the id of a Shopify location, and the ids of the Brightpearl warehouses that feed it, or * for all), but has '{pair}'.";
                return [];
            }

            locations.Add(new StockLocation(location, ids));
        }

        problem = ProblemOf(locations);
        return locations;
    }

    private static string? ProblemOf(List<StockLocation> locations)
    {
        if (locations.Count is 0 or > MaxLocations)
        {
            return $"{LocationsSetting} must name 1 to {MaxLocations} locations, but names {locations.Count}.";
        }

        if (locations.CountBy(location => location.Id).FirstOrDefault(location => location.Value > 1) is { Value: > 1, Key: var twice })
        {
            return $"{LocationsSetting} must name each location once, but names {twice} several times.";
        }

        var warehouses = locations.SelectMany(location => location.Warehouses).ToList();
        if (warehouses.Count > MaxWarehouses)
        {
            return $"{LocationsSetting} must name at most {MaxWarehouses} warehouses, but names {warehouses.Count}.";
        }

        if (warehouses.CountBy(id => id).FirstOrDefault(warehouse => warehouse.Value > 1) is { Value: > 1, Key: var shared })
        {
            // Two locations would sell the same piece.
            return $"{LocationsSetting} must name each warehouse once, because a warehouse feeds one location, but names {shared} several times.";
        }

        return locations.Count > 1 && locations.Find(location => location.HasAllWarehouses) is { } all
            ? $"{LocationsSetting} must name the warehouses of each location if there are several, but has '{all.Id}={All}'."
            : null;
    }

    private static bool TryReadId(string? text, out long id) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out id) && id > 0;

    private static string Shown(string? text) => text is null ? "not set" : $"'{text}'";
}
