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

    private static async Task<IReadOnlyList<KeyMeaning>> ResolveAsync(StockEngine engine, string text) =>
        await engine.Engine.Get<IKeyResolver>().ResolveAsync(text, TestContext.Current.CancellationToken);

    private static (string Kind, string Entities, string? Remark) Describe(KeyMeaning meaning) => (meaning.Kind, string.Join(", ", meaning.Entities), meaning.Remark);
}
