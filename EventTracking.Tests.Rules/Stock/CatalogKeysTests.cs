using EventTracking.Core.Search;

namespace EventTracking.Tests.Rules.Stock;

public sealed class CatalogKeysTests
{
    [Fact]
    public async Task A_sku_is_the_product_and_the_inventory_item_that_have_it()
    {
        await using var engine = new StockEngine();
        await engine.LinkAsync(1008, "SHIRT-M", 77);

        var meaning = Assert.Single(await ResolveAsync(engine, "SHIRT-M"));

        Assert.Equal(("sku", "product:1008, inventory-item:77", null), Describe(meaning));
    }

    [Fact]
    public async Task A_sku_that_nothing_has_is_said_to_be_unknown()
    {
        await using var engine = new StockEngine();
        await engine.LinkAsync(1008, "SHIRT-M", 77);

        var meaning = Assert.Single(await ResolveAsync(engine, "shirt-m"));

        Assert.Equal(("sku", "", "The catalog has no product with the SKU 'shirt-m'. Case matters."), Describe(meaning));
    }

    [Fact]
    public async Task A_number_can_be_a_product_an_item_an_order_and_a_sku()
    {
        await using var engine = new StockEngine();
        await engine.LinkAsync(1008, "77", 77);

        var meanings = await ResolveAsync(engine, "77");

        Assert.Equal(
            [
                ("product-id", "product:77", "The catalog has no product 77."),
                ("inventory-item-id", "inventory-item:77, product:1008", null),
                ("shopify-product-id", "shopify-product:77", null),
                ("order-id", "order:77", null),
                ("sku", "product:1008, inventory-item:77", null),
            ],
            meanings.Select(Describe));
    }

    [Theory]
    [InlineData("gid://shopify/InventoryItem/77", "inventory-item-id", "inventory-item:77, product:1008")]
    [InlineData("gid://shopify/InventoryLevel/5?inventory_item_id=77", "inventory-item-id", "inventory-item:77, product:1008")]
    [InlineData("gid://shopify/Product/9", "shopify-product-id", "shopify-product:9")]
    [InlineData("gid://shopify/Order/10", "order-id", "order:10")]
    [InlineData("gid://shopify/Location/5", "location-id", "location:5")]
    [InlineData("gid://shopify/ProductVariant/11", "shopify-variant-id", "")]
    [InlineData("gid://shopify/Customer/12", "shop-address", "")]
    [InlineData("https://admin.shopify.com/store/x/products/9", "shopify-product-id", "shopify-product:9")]
    [InlineData("https://admin.shopify.com/store/x/orders/10?orderListBeta=true", "order-id", "order:10")]
    [InlineData("https://x.myshopify.com/admin/products/9.json", "shopify-product-id", "shopify-product:9")]
    [InlineData("https://euw1.brightpearlapp.com/patt-op.php?scode=product&pID=1008", "product-id", "product:1008, inventory-item:77")]
    public async Task What_is_copied_from_a_shop_is_understood(string text, string kind, string entities)
    {
        await using var engine = new StockEngine();
        await engine.LinkAsync(1008, "SHIRT-M", 77);

        var meaning = Assert.Single(await ResolveAsync(engine, text));

        Assert.Equal((kind, entities), (meaning.Kind, string.Join(", ", meaning.Entities)));
        Assert.True(meaning.Entities.Count > 0 || meaning.Remark is not null);
    }

    [Theory]
    [InlineData("https://example.org/products/9")]
    [InlineData("https://notshopify.com/products/9")]
    [InlineData("gid://shopify/Product/none")]
    [InlineData("gid://other/Product/9")]
    [InlineData("://")]
    public async Task Other_addresses_are_left_to_the_engine(string text)
    {
        await using var engine = new StockEngine();

        Assert.Empty(await ResolveAsync(engine, text));
    }

    [Fact]
    public async Task A_page_of_a_variant_is_about_its_product_too()
    {
        await using var engine = new StockEngine();

        var meanings = await ResolveAsync(engine, "https://admin.shopify.com/store/x/products/9/variants/11");

        Assert.Equal(["shopify-variant-id", "shopify-product-id"], meanings.Select(meaning => meaning.Kind));
    }

    [Fact]
    public async Task The_name_of_an_order_says_where_it_can_be_found()
    {
        await using var engine = new StockEngine();

        var meanings = await ResolveAsync(engine, "#1001");

        Assert.Equal(["order-name", "sku"], meanings.Select(meaning => meaning.Kind));
        Assert.Contains("/search/deep", meanings[0].Remark, StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<KeyMeaning>> ResolveAsync(StockEngine engine, string text) =>
        await engine.Engine.Get<IKeyResolver>().ResolveAsync(text, TestContext.Current.CancellationToken);

    private static (string Kind, string Entities, string? Remark) Describe(KeyMeaning meaning) => (meaning.Kind, string.Join(", ", meaning.Entities), meaning.Remark);
}
