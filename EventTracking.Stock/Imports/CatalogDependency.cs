using EventTracking.Core.Events;
using EventTracking.Core.Intake;
using EventTracking.Core.Waiting;
using EventTracking.Stock.Catalog;
using EventTracking.Stock.Connectors.Brightpearl;
using EventTracking.Stock.Vocabulary;
using Microsoft.Extensions.Options;

namespace EventTracking.Stock.Imports;

/// <summary>The dependency on a product, by either of its ids: an event waits until the catalog has the product, or until it is known why it cannot have it.</summary>
internal sealed class CatalogDependency(ProductCatalog catalog, UnlinkedCatalog unlinked, IOptions<BrightpearlOptions> options) : IDependencyKind
{
    public async Task<bool> ExistsAsync(EntityKey dependency, CancellationToken cancellationToken) =>
        Entities.TryNumber(dependency, out var id)
        && (await FindAsync(dependency.Kind, id, cancellationToken) is not null || await unlinked.IsRestingAsync(dependency, cancellationToken));

    /// <summary>A product of which it is only known why it cannot be linked has not arrived, and a SKU that is not unique stays a failure.</summary>
    public async Task<bool> HasArrivedAsync(EntityKey dependency, CancellationToken cancellationToken) =>
        Entities.TryNumber(dependency, out var id) && await FindAsync(dependency.Kind, id, cancellationToken) is { IsCompared: true };

    private Task<ProductRecord?> FindAsync(string kind, long id, CancellationToken cancellationToken) =>
        kind == Entities.InventoryItemKind ? catalog.FindByInventoryItemAsync(id, cancellationToken) : catalog.FindAsync(id, cancellationToken);

    public Delivery ComposeImport(EntityKey dependency) => EntityImport.Compose(options.Value.Account, dependency);
}
