using System.Globalization;

namespace EventTracking.Stock.Connectors.Brightpearl;

/// <summary>
/// Reads the parts of answers that are about one product. Brightpearl leaves out members that are not set
/// (https://help.brightpearl.com/hc/en-us/articles/212644943), so what is absent is not known.
/// </summary>
/// <param name="warehouse">The id of the warehouse whose stock counts; null for the total of all warehouses.</param>
/// <param name="missingQuantityIsZero">Whether a quantity that is absent is 0.</param>
internal sealed class BrightpearlAnswers(string? warehouse, bool missingQuantityIsZero)
{
    public static long ReadId(string text, RemoteField field) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 0
        ? id
        : throw new RemoteFieldException($"'{field.Path}' is not named by a product's id");

    public static BrightpearlReading<BrightpearlProduct> ReadProduct(long id, RemoteField product) => BrightpearlReading<BrightpearlProduct>.Of(id, () =>
    {
        // A product without a SKU has an empty one: {"identity":{"sku":""}}.
        var sku = product["identity"]["sku"].TextOrNull();
        return new BrightpearlProduct(id, string.IsNullOrEmpty(sku) ? null : sku, product["stock"]["stockTracked"].Flag(), product["composition"]["bundle"].Flag());
    });

    public BrightpearlReading<BrightpearlAvailability> ReadAvailability(long id, RemoteField product) => BrightpearlReading<BrightpearlAvailability>.Of(id, () =>
    {
        var total = product["total"].Object();
        if (warehouse is null)
        {
            return ReadStock(total);
        }

        // Brightpearl lists only warehouses that hold the product, so one that is not listed holds none.
        var there = product["warehouses"][warehouse];
        return there.Value is null ? new BrightpearlAvailability(0, 0) : ReadStock(there);
    });

    private BrightpearlAvailability ReadStock(RemoteField stock) => new(ReadQuantity(stock["onHand"]), ReadQuantity(stock["allocated"]));

    private int ReadQuantity(RemoteField quantity) => missingQuantityIsZero && quantity.IsAbsentOrNull ? 0 : quantity.Quantity();
}
