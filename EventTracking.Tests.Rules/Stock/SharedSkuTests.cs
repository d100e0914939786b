using EventTracking.Core.Events;
using EventTracking.Stock.Catalog;
using EventTracking.Stock.Vocabulary;

namespace EventTracking.Tests.Rules.Stock;

/// <summary>A SKU that several products or items have, and what becomes of the others when one of them gives it up.</summary>
public sealed class SharedSkuTests : LinkedShops
{
    [Fact]
    public async Task A_second_item_with_the_same_SKU_gets_no_stock_and_leaves_the_link_as_it_is()
    {
        Shops.Items[17] = new ShopItem("MUG") { Available = 3 };
        var created = await ItemAsync(Topics.InventoryItemsCreate, 17);
        var change = await OnHandAsync(1008);
        await RestAsync();

        var record = await Engine.Engine.FindAsync(created);
        Assert.Equal((EventStatus.Failed, "import/sku-not-unique-at-shopify"), (record.Status, record.Error?.Code));
        Assert.Contains("inventory item 7, inventory item 17", record.Error?.Message, StringComparison.Ordinal);
        await ExpectAsync(1008, 7);
        Assert.Equal(EventStatus.Succeeded, (await Engine.Engine.FindAsync(change)).Status);
        Assert.Equal((9, 3), (Shops.Items[7].Available, Shops.Items[17].Available));
    }

    [Theory]
    [InlineData(false, "product 1010")]
    [InlineData(true, "product 1010")]
    [InlineData(false, "product 1010, on hand 1010")]
    public async Task The_product_that_keeps_a_shared_SKU_is_linked_when_the_other_gives_it_up(bool isDeleted, string webhooks)
    {
        Shops.Products[1010] = new ShopProduct("JAR") { OnHand = 21 };
        Shops.Products[1011] = new ShopProduct("JAR") { OnHand = 22 };
        Shops.Items[21] = new ShopItem("JAR") { Available = 3 };
        await SendAsync("on hand 1010,1011");
        await RestAsync();
        Assert.Null(await Engine.ProductAsync(1011));

        if (isDeleted)
        {
            Shops.Products.Remove(1010);
        }
        else
        {
            Shops.Products[1010].Sku = "POT";
        }

        await SendEachAsync(webhooks);

        await ExpectAsync(1011, 21);
        Assert.Equal(22, Shops.Items[21].Available);
    }

    [Theory]
    [InlineData(false, "item 21")]
    [InlineData(true, "deleted 21")]
    public async Task The_item_that_keeps_a_shared_SKU_is_linked_when_the_other_gives_it_up(bool isDeleted, string webhooks)
    {
        Shops.Products[1010] = new ShopProduct("JAR") { OnHand = 21 };
        Shops.Items[21] = new ShopItem("JAR") { Available = 3 };
        Shops.Items[22] = new ShopItem("JAR") { Available = 4 };
        await SendAsync("created 21,22");
        await RestAsync();
        Assert.Null(await Engine.ProductAsync(1010));

        if (isDeleted)
        {
            Shops.Items.Remove(21);
        }
        else
        {
            Shops.Items[21].Sku = "POT";
        }

        await SendEachAsync(webhooks);

        await ExpectAsync(1010, 22);
        Assert.Equal(21, Shops.Items[22].Available);
    }

    [Fact]
    public async Task When_a_linked_item_is_deleted_another_with_its_SKU_gets_the_stock()
    {
        Shops.Items[17] = new ShopItem("MUG") { Available = 3 };
        await SendEachAsync("created 17");
        Shops.Items.Remove(7);
        await SendEachAsync("deleted 7");

        await ExpectAsync(1008, 17);
        Assert.Equal(9, Shops.Items[17].Available);
    }

    [Fact]
    public async Task When_a_linked_item_is_deleted_its_product_is_known_not_to_be_linked()
    {
        Shops.Items.Remove(7);
        await SendEachAsync("deleted 7");

        Assert.Null(await Engine.ProductAsync(1008));
        Assert.Equal(UnlinkedReasons.SkuNotAtShopify, (await Engine.Engine.Get<UnlinkedCatalog>().FindAsync(Entities.Product(1008), Cancellation))?.Code);
    }

    [Fact]
    public async Task A_product_that_shared_the_SKU_of_a_linked_one_takes_its_item_over_when_that_gives_it_up()
    {
        Shops.Products[1010] = new ShopProduct("MUG") { OnHand = 21 };
        await SendEachAsync("product 1010");
        await ExpectAsync(1008, 7);

        Shops.Products[1008].Sku = "OLD";
        await SendEachAsync("product 1008");

        await ExpectAsync(1010, 7);
        Assert.Equal(21, Shops.Items[7].Available);
        Assert.Null(await Engine.ProductAsync(1008));
    }

    [Fact]
    public async Task A_search_that_still_finds_the_shared_SKU_is_asked_once_more()
    {
        Shops.Products[1010] = new ShopProduct("JAR") { OnHand = 21 };
        Shops.Products[1011] = new ShopProduct("JAR") { OnHand = 22 };
        Shops.Items[21] = new ShopItem("JAR") { Available = 3 };
        await SendEachAsync("on hand 1010,1011");

        Shops.Products[1010].Sku = "POT";
        Shops.Searches["JAR"] = [1010, 1011];
        await SendEachAsync("product 1010");

        await ExpectAsync(1011, 21);
    }
}
