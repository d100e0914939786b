using Microsoft.Extensions.Options;

namespace EventTracking.Stock.Rules;

/// <summary>The Shopify locations whose stock is synchronized. There is at least one.</summary>
internal sealed class StockLocations
{
    private readonly HashSet<long> ids;

    public StockLocations(IOptions<LocationOptions> options)
        : this(options.Value.Read(out _))
    {
    }

    public StockLocations(IReadOnlyList<StockLocation> all) => (All, ids) = (all, [.. all.Select(location => location.Id)]);

    /// <summary>The locations in the order of the settings.</summary>
    public IReadOnlyList<StockLocation> All { get; }

    public bool AreSeveral => All.Count > 1;

    public bool Has(long locationId) => ids.Contains(locationId);

    /// <summary>How a location is called in a step of an event: not at all if there is only one.</summary>
    public string NameOf(long locationId) => AreSeveral ? $"location {locationId}: " : "";
}

/// <summary>A location of Shopify.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Warehouses">The ids of Brightpearl's warehouses whose stock the location shows; empty for all warehouses.</param>
internal sealed record StockLocation(long Id, IReadOnlyList<long> Warehouses)
{
    public bool HasAllWarehouses => Warehouses.Count == 0;
}
