using EventTracking.Core;
using EventTracking.Core.Records;
using EventTracking.Core.Resilience;
using EventTracking.Stock.Catalog;
using EventTracking.Stock.Rules;
using Microsoft.Extensions.Options;

namespace EventTracking.Benchmarks.Load;

/// <summary>Creates a catalog on a store without a service container.</summary>
internal static class Catalogs
{
    public static ProductCatalog Over(IRecordStore store, StockLocations locations)
    {
        var random = new RandomSource();
        return new ProductCatalog(
            new RecordCollection<ProductDocument>(ProductCatalog.Products, CatalogJson.Default.ProductDocument, store, random, TimeProvider.System),
            new RecordCollection<LinkDocument>(ProductCatalog.Links, CatalogJson.Default.LinkDocument, store, random, TimeProvider.System),
            new ProductRules(Options.Create(new StockOptions())),
            locations,
            random,
            TimeProvider.System);
    }
}
