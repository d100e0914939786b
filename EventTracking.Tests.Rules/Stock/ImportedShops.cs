using EventTracking.Core.Events;
using EventTracking.Core.Records;
using EventTracking.Stock.Catalog;
using EventTracking.Stock.Imports;

namespace EventTracking.Tests.Rules.Stock;

/// <summary>The import of the whole catalog, of two shops whose products can be linked, or cannot for many reasons.</summary>
public abstract class ImportedShops : LinkedShops
{
    private protected CatalogImports Imports => Engine.Engine.Get<CatalogImports>();

    private protected UnlinkedCatalog Unlinked => Engine.Engine.Get<UnlinkedCatalog>();

    private protected void AddCatalog()
    {
        Shops.Products[2001] = new ShopProduct("PEN") { OnHand = 6 };
        Shops.Items[21] = new ShopItem("PEN") { Available = 1 };
        Shops.Products[2002] = new ShopProduct("JUG") { OnHand = 3 };
        Shops.Items[22] = new ShopItem("JUG") { Available = 2 };
        Shops.Products[2003] = new ShopProduct("SET") { IsBundle = true };
        Shops.Items[23] = new ShopItem("SET");
        Shops.Products[2004] = new ShopProduct("ONLY-BP");
        Shops.Items[24] = new ShopItem("ONLY-SH");
        Shops.Products[2005] = new ShopProduct("TWICE");
        Shops.Items[25] = new ShopItem("TWICE");
        Shops.Items[26] = new ShopItem("TWICE");
        Shops.Products[2006] = new ShopProduct("LOOSE") { IsTracked = false };
    }

    private protected async Task ExpectUnlinkedAsync(EntityKey entity, string code, string reason)
    {
        var record = await Unlinked.FindAsync(entity, Cancellation);
        Assert.Equal((code, reason), (record?.Code, record?.Reason));
    }

    private protected Task<StoredRecord<CatalogImportDocument>> StartAsync() => Imports.StartAsync(decision: null, _ => Task.FromResult(false), Cancellation);

    private protected async Task<CatalogImportDocument> ImportAsync()
    {
        var started = await StartAsync();
        await RestAsync();
        return (await Imports.FindAsync(started.Id, Cancellation))!.Value;
    }
}
