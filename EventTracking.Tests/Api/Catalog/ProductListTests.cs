using System.Text.Json;
using EventTracking.Stock.Catalog;
using EventTracking.Stock.Vocabulary;
using EventTracking.Tests.Stock.Catalog;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Tests.Api.Catalog;

/// <summary>Two linked products, of which one differs, two of Brightpearl that are not linked, and two items of Shopify.</summary>
public sealed class ProductListTests(ProductListTests.Shop shop) : IClassFixture<ProductListTests.Shop>
{
    [Theory]
    [InlineData("", "1,2,3,4,item:20,item:21")]
    [InlineData("linked=true", "1,3")]
    [InlineData("linked=false", "2,4,item:20,item:21")]
    [InlineData("differs=true", "3")]
    [InlineData("differs=true&linked=false", "")]
    [InlineData("reason=sku-not-at-shopify", "2")]
    [InlineData("reason=sku-not-at-shopify&linked=true", "")]
    [InlineData("reason=excluded", "")]
    [InlineData("sku=SKU-3", "3")]
    [InlineData("sku=SAME", "4,item:20")]
    [InlineData("sku=sku-3", "")]
    [InlineData("sku=SAME&after=4", "item:20")]
    [InlineData("after=2", "3,4,item:20,item:21")]
    [InlineData("after=item:20", "item:21")]
    [InlineData("after=item:20&linked=true", "")]
    public async Task Products_are_listed_by_what_fits(string query, string ids)
    {
        var page = await shop.GetAsync($"/products?{query}".TrimEnd('?'));

        Assert.Equal(ids, Ids(page));
        Assert.Null(page.GetProperty("next").GetString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("&linked=false")]
    public async Task Pages_name_each_product_once(string query)
    {
        var seen = new List<string>();
        string? after = null;
        do
        {
            var page = await shop.GetAsync($"/products?limit=1{query}{(after is null ? "" : $"&after={after}")}");
            seen.Add(Ids(page));
            after = page.GetProperty("next").GetString();
        }
        while (after is not null);

        Assert.Equal(query.Length == 0 ? "1,2,3,4,item:20,item:21" : "2,4,item:20,item:21", string.Join(',', seen));
    }

    [Fact]
    public async Task A_product_that_is_not_linked_shows_why()
    {
        Assert.StartsWith(
            """{"productId":"2","sku":"SKU-2","inventoryItemId":null,"locationId":null,"bpAvailability":null,"shAvailability":null,"heldBack":null,"difference":null,"linked":false,"reason":"sku-not-at-shopify","reasonDetail":"Shopify has none.","checkedAt":"20""",
            await shop.Api.Viewer.GetStringAsync("/products/2", TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("linked=yes", "linked")]
    [InlineData("differs=false", "differs")]
    [InlineData("reason=lost", "reason")]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=201", "limit")]
    [InlineData("after=x", "after")]
    [InlineData("after=item:", "after")]
    [InlineData("linkd=true", "linkd")]
    public async Task What_the_list_does_not_know_is_refused(string query, string field) =>
        await (await shop.Api.Viewer.GetAsync($"/products?{query}", TestContext.Current.CancellationToken)).AssertInvalidAsync(field);

    private static string Ids(JsonElement page) => string.Join(',', page.GetProperty("products").EnumerateArray()
        .Select(product => product.GetProperty("productId").GetString() ?? $"item:{product.GetProperty("inventoryItemId").GetString()}"));

    public sealed class Shop : IAsyncLifetime
    {
        public ApiFixture Api { get; } = new();

        public async Task<JsonElement> GetAsync(string path) => await (await Api.Viewer.GetAsync(path, TestContext.Current.CancellationToken)).ReadJsonAsync();

        public async ValueTask InitializeAsync()
        {
            await Api.InitializeAsync();
            var (catalog, unlinked) = (Api.Services.GetRequiredService<ProductCatalog>(), Api.Services.GetRequiredService<UnlinkedCatalog>());
            foreach (var id in (long[])[1, 3])
            {
                await catalog.LinkAsync(id, $"SKU-{id}", id + 100, default);
                await catalog.StoreAsync(id, product => product.AtBrightpearl(new Reading(3, default)).AtShopify(new Reading((int)id * 3, default)), default);
            }

            await unlinked.RecordAsync(Entities.Product(2), "SKU-2", UnlinkedReasons.SkuNotAtShopify, "Shopify has none.", default);
            await unlinked.RecordAsync(Entities.Product(4), "SAME", UnlinkedReasons.NotStockTracked, "It is not tracked.", default);
            await unlinked.RecordAsync(Entities.InventoryItem(20), "SAME", UnlinkedReasons.NotStockTracked, "It is not tracked.", default);
            await unlinked.RecordAsync(Entities.InventoryItem(21), null, UnlinkedReasons.NoSkuAtShopify, "It has no SKU.", default);

            // What is linked is linked, whatever was recorded before.
            await unlinked.RecordAsync(Entities.Product(3), "SKU-3", UnlinkedReasons.SkuNotAtShopify, "Shopify had none.", default);
            await unlinked.RecordAsync(Entities.InventoryItem(101), "SKU-1", UnlinkedReasons.SkuNotAtBrightpearl, "Brightpearl had none.", default);
        }

        public ValueTask DisposeAsync() => Api.DisposeAsync();
    }
}
