using System.Text.Json;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Intake;
using EventTracking.Core.Waiting;
using EventTracking.Stock.Catalog;
using EventTracking.Stock.Connectors.Brightpearl;
using EventTracking.Stock.Vocabulary;
using Microsoft.Extensions.Options;

namespace EventTracking.Stock.Imports;

/// <summary>Products and inventory items: an event that needs one waits until the catalog knows it.</summary>
internal sealed class StockDependencies(IProductCatalog catalog, IOptions<BrightpearlOptions> options) : IDependencies
{
    public async Task<bool> ExistsAsync(EntityKey dependency, CancellationToken cancellationToken) => dependency.Kind switch
    {
        Entities.ProductKind => Entities.TryNumber(dependency, out var id) && await catalog.FindAsync(id, cancellationToken) is not null,
        Entities.InventoryItemKind => Entities.TryNumber(dependency, out var id) && await catalog.FindByInventoryItemAsync(id, cancellationToken) is not null,
        _ => false,
    };

    public Delivery ComposeImport(EntityKey dependency) => new()
    {
        Source = Topics.ImportSource,
        Account = options.Value.Account,
        Topic = Topics.ImportEntity,
        DeliveryId = dependency.ToString(),
        Headers = new Dictionary<string, string> { ["content-type"] = "application/json" },
        Body = JsonSerializer.SerializeToUtf8Bytes(new ImportRequest(dependency.ToString()), StockJson.Default.ImportRequest),
    };
}
