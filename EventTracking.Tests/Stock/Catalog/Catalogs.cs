using System.Text.Json.Serialization.Metadata;
using EventTracking.Core;
using EventTracking.Core.Records;
using EventTracking.Core.Resilience;
using EventTracking.Stock.Catalog;
using EventTracking.Stock.Rules;
using Microsoft.Extensions.Options;

namespace EventTracking.Tests.Stock.Catalog;

/// <summary>Creates a catalog on a store without a service container.</summary>
internal static class Catalogs
{
    public static ProductCatalog Over(IRecordStore store) => Over(store, TimeProvider.System);

    /// <summary>Creates the catalog of a host with this clock.</summary>
    public static ProductCatalog Over(IRecordStore store, TimeProvider time, StockOptions? rules = null, StockLocations? locations = null)
    {
        var random = new RandomSource();
        return new ProductCatalog(
            new RecordCollection<ProductDocument>(ProductCatalog.Products, CatalogJson.Default.ProductDocument, store, random, time),
            new RecordCollection<LinkDocument>(ProductCatalog.Links, CatalogJson.Default.LinkDocument, store, random, time),
            new ProductRules(Options.Create(rules ?? new StockOptions())),
            locations ?? OneLocation.Setting(7),
            random,
            time);
    }

    /// <summary>Creates a collection of the catalog on a store.</summary>
    public static RecordCollection<T> Collection<T>(IRecordStore store, string name, JsonTypeInfo<T> type)
        where T : class => new(name, type, store, new RandomSource(), TimeProvider.System);

    /// <summary>Stores readings of a product as a run of a function does.</summary>
    public static async Task StoreAsync(this ProductCatalog catalog, long productId, Func<ProductRecord, ProductRecord> change, CancellationToken cancellationToken)
    {
        var product = await catalog.FindAsync(productId, cancellationToken);
        Assert.NotNull(product);
        Assert.NotNull(await catalog.TryStoreAsync(change(product), cancellationToken));
    }
}
