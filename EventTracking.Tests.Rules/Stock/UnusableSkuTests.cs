using EventTracking.Stock.Imports;
using EventTracking.Stock.Vocabulary;

namespace EventTracking.Tests.Rules.Stock;

/// <summary>Products that cannot be linked by their SKU: each says so, and none holds up the others.</summary>
public sealed class UnusableSkuTests : ImportedShops
{
    [Fact]
    public async Task One_product_whose_SKU_cannot_be_used_says_so_and_holds_up_no_other()
    {
        AddCatalog();
        Shops.Products[2007] = new ShopProduct(new string('X', 256));
        Shops.Items[27] = new ShopItem(new string('X', 256));
        Shops.Products[2008] = new ShopProduct("");
        Shops.Items[28] = new ShopItem("");
        Shops.Products[2009] = new ShopProduct("A\0\n\u001f\u2028") { OnHand = 17 };
        Shops.Items[29] = new ShopItem("A\0\n\u001f\u2028");
        Shops.Products[2010] = new ShopProduct("LID") { OnHand = 18, ListsTracking = false };
        Shops.Items[30] = new ShopItem("LID");
        Shops.Products[2011] = new ShopProduct("CAP") { IsTracked = false, ListsTracking = false };
        Shops.Items[31] = new ShopItem("CAP");

        var import = await ImportAsync();

        Assert.Equal((CatalogImportState.Succeeded, 6, 0), (import.State, import.Linked, import.Failures));
        await ExpectAsync(2001, 21);
        await ExpectAsync(2009, 29);
        await ExpectAsync(2010, 30);
        Assert.Equal((17, 18), (Shops.Items[29].Available, Shops.Items[30].Available));
        await ExpectUnlinkedAsync(Entities.Product(2007), "unusable-sku-at-brightpearl", "Product 2007 cannot be linked: its SKU in Brightpearl has 256 characters, and may have 255.");
        await ExpectUnlinkedAsync(Entities.InventoryItem(27), "unusable-sku-at-shopify", "Inventory item 27 cannot be linked: its SKU in Shopify has 256 characters, and may have 255.");
        await ExpectUnlinkedAsync(Entities.Product(2008), "no-sku-at-brightpearl", "Product 2008 has no SKU in Brightpearl.");
        await ExpectUnlinkedAsync(Entities.InventoryItem(28), "no-sku-at-shopify", "Inventory item 28 does not exist in Shopify, or has no SKU.");
        await ExpectUnlinkedAsync(Entities.Product(2011), "not-stock-tracked", "Brightpearl does not track the stock of product 2011.");
    }

    [Fact]
    public async Task A_linked_product_whose_SKU_cannot_be_used_any_more_loses_its_link_and_the_others_keep_theirs()
    {
        Shops.Products[1008].Sku = Shops.Items[7].Sku = new string('X', 256);

        var import = await ImportAsync();

        Assert.Equal((CatalogImportState.Succeeded, 1, 1), (import.State, import.Linked, import.Unlinked));
        Assert.Null(await Engine.ProductAsync(1008));
        await ExpectAsync(1009, 8);
        await ExpectUnlinkedAsync(Entities.Product(1008), "unusable-sku-at-brightpearl", "Product 1008 cannot be linked: its SKU in Brightpearl has 256 characters, and may have 255.");
    }

    // A webhook about such a product ends with the reason instead of being tried again and again.
    [Theory]
    [InlineData("product 1008", "Product 1008 cannot be linked: its SKU in Brightpearl has 256 characters, and may have 255.")]
    [InlineData("item 7", "Inventory item 7 cannot be linked: its SKU in Shopify has 256 characters, and may have 255.")]
    public async Task Looked_up_singly_it_has_the_same_reason(string webhook, string reason)
    {
        Shops.Products[1008].Sku = Shops.Items[7].Sku = new string('X', 256);

        var sent = await SendAsync(webhook);
        await RestAsync();

        Assert.Contains(reason, await StepsAsync(sent[0]));
        await ExpectUnlinkedAsync(webhook[0] == 'p' ? Entities.Product(1008) : Entities.InventoryItem(7), webhook[0] == 'p' ? "unusable-sku-at-brightpearl" : "unusable-sku-at-shopify", reason);
    }
}
