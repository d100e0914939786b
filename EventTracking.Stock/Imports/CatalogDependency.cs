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
        && ((dependency.Kind == Entities.InventoryItemKind ? await catalog.FindByInventoryItemAsync(id, cancellationToken) : await catalog.FindAsync(id, cancellationToken)) is not null
            || await unlinked.IsRestingAsync(dependency, cancellationToken));

    public Delivery ComposeImport(EntityKey dependency) => EntityImport.Compose(options.Value.Account, dependency);
}
