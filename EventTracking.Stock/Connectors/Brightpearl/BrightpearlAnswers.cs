using System.Globalization;
using EventTracking.Stock.Rules;

namespace EventTracking.Stock.Connectors.Brightpearl;

/// <summary>
/// Reads the parts of answers that are about one product. Brightpearl leaves out members that are not set
/// (https://help.brightpearl.com/hc/en-us/articles/212644943), so what is absent is not known.
/// </summary>
/// <param name="locations">The locations, and the warehouses whose stock counts for each.</param>
/// <param name="missingQuantityIsZero">Whether a quantity that is absent is 0.</param>
internal sealed class BrightpearlAnswers(StockLocations locations, bool missingQuantityIsZero)
{
    public static long ReadId(string text, RemoteField field) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 0
        ? id
        : throw new RemoteFieldException($"'{field.Path}' is not named by a product's id");

    public static BrightpearlReading<BrightpearlProduct> ReadProduct(long id, RemoteField product) => BrightpearlReading<BrightpearlProduct>.Of(id, () =>
    {
        // A product without a SKU has an empty one: {"identity":{"sku":""}}.
        var sku = product["identity"]["sku"].Sku();
        return new BrightpearlProduct(id, sku.Text, product["stock"]["stockTracked"].Flag(), product["composition"]["bundle"].Flag()) { SkuFault = sku.Fault };
    });

    public BrightpearlReading<BrightpearlStock> ReadAvailability(long id, RemoteField product) => BrightpearlReading<BrightpearlStock>.Of(id, () =>
    {
        var total = product["total"].Object();
        return new BrightpearlStock(locations.All.ToDictionary(location => location.Id, location => location.HasAllWarehouses ? ReadStock(total) : ReadWarehouses(product["warehouses"], location.Warehouses)));
    });

    private BrightpearlAvailability ReadWarehouses(RemoteField warehouses, IReadOnlyList<long> ids)
    {
        var (onHand, allocated) = (0L, 0L);
        foreach (var id in ids)
        {
            // Brightpearl lists only warehouses that hold the product, so one that is not listed holds none.
            var there = warehouses[id.ToString(CultureInfo.InvariantCulture)];
            if (there.Value is not null)
            {
                var stock = ReadStock(there);
                (onHand, allocated) = (onHand + stock.OnHand, allocated + stock.Allocated);
            }
        }

        return onHand == (int)onHand && allocated == (int)allocated
            ? new BrightpearlAvailability((int)onHand, (int)allocated)
            : throw new RemoteFieldException($"'{warehouses.Path}' adds up to more than a quantity can be");
    }

    private BrightpearlAvailability ReadStock(RemoteField stock) => new(ReadQuantity(stock["onHand"]), ReadQuantity(stock["allocated"]));

    private int ReadQuantity(RemoteField quantity) => missingQuantityIsZero && quantity.IsAbsentOrNull ? 0 : quantity.Quantity();
}
