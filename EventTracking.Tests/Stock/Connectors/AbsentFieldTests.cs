using EventTracking.Stock.Connectors;
using EventTracking.Stock.Connectors.Brightpearl;
using EventTracking.Stock.Connectors.Shopify;
using EventTracking.Tests.Stock.Catalog;

namespace EventTracking.Tests.Stock.Connectors;

/// <summary>Nothing is inferred from what an answer leaves out: each field that is read is taken out of a complete answer, one at a time.</summary>
public sealed class AbsentFieldTests
{
    private const string Item =
        """{"id":"gid://shopify/InventoryItem/7","sku":"MUG","tracked":true,"at24826418":{"quantities":[{"name":"available","quantity":-3},{"name":"committed","quantity":3}]}}""";

    private const string Items = $$$"""{"data":{"nodes":[{{{Item}}}]}}""";
    private const string Variants = """{"data":{"productVariants":{"pageInfo":{"hasNextPage":true,"endCursor":"c"},"nodes":[{"inventoryItem":{"id":"gid://shopify/InventoryItem/7","sku":"MUG","tracked":true}}]}}}""";
    private const string Set = """{"data":{"inventorySetQuantities":{"userErrors":[]}}}""";
    private const string Products = """{"response":[{"id":7,"identity":{"sku":"MUG"},"stock":{"stockTracked":true},"composition":{"bundle":false}}]}""";
    private const string Availability = """{"response":{"7":{"total":{"onHand":9,"allocated":1},"warehouses":{"2":{"onHand":4,"allocated":1}}}}}""";

    private const string Search =
        """{"response":{"results":[[7,"MUG"]],"metaData":{"morePagesAvailable":true,"lastResult":500,"columns":[{"name":"productId"},{"name":"SKU"}]}}}""";

    private static readonly ShopifyChange Change = new(7, 5, 1, 2, "01J/1/1");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_complete_answer_is_read()
    {
        await using var far = new FarEnd { Responses = [FarEnd.Json(Items)] };

        var item = (await far.SkipPausesAsync(far.Shopify.GetItemsAsync([7], Token)))[7];
        Assert.Equal((7, "MUG", true, new ShopifyLevel(-3, 3)), (item.Id, item.Sku, item.Tracked, item.Level));
        far.Responses = [FarEnd.Json(Set)];
        Assert.Equal([new ShopifyRowResult.Set()], await far.SkipPausesAsync(far.Shopify.SetAvailableAsync([Change], "gid://a/b/1", Token)));
        far.Responses = [FarEnd.Json(Products)];
        Assert.Equal(new BrightpearlProduct(7, "MUG", true, false), (await far.SkipPausesAsync(far.Brightpearl.GetProductsAsync([7], Token)))[7].Require());
        far.Responses = [FarEnd.Json(Availability)];
        Assert.Equal(new BrightpearlAvailability(4, 1), (await far.SkipPausesAsync(far.Brightpearl.GetAvailabilityAsync([7], Token)))[7].Require().Only);
    }

    [Fact]
    public Task An_item_of_Shopify() => AssertEachIsMissedAsync(Items, (far, cancellationToken) => far.Shopify.GetItemsAsync([7], cancellationToken));

    [Fact]
    public Task A_search_of_Shopify() => AssertEachIsMissedAsync(Variants, (far, cancellationToken) => far.Shopify.FindItemsAsync("MUG", cancellationToken));

    [Fact]
    public Task A_write_to_Shopify() => AssertEachIsMissedAsync(Set, (far, cancellationToken) => far.Shopify.SetAvailableAsync([Change], "gid://a/b/1", cancellationToken));

    [Fact]
    public Task A_search_of_Brightpearl() => AssertEachIsMissedAsync(Search, (far, cancellationToken) => far.Brightpearl.FindProductIdsAsync("MUG", cancellationToken));

    [Fact]
    public Task A_product_of_Brightpearl() =>
        AssertEachIsMissedAsync(Products, async (far, cancellationToken) => (await far.SkipPausesAsync(far.Brightpearl.GetProductsAsync([7], cancellationToken)))[7].Require());

    // Without its own member, the product is simply not in the answer, and without that of the warehouse, the warehouse does not hold it.
    [Fact]
    public Task An_availability_of_Brightpearl() => AssertEachIsMissedAsync(
        Availability,
        async (far, cancellationToken) => (await far.SkipPausesAsync(far.Brightpearl.GetAvailabilityAsync([7], cancellationToken)))[7].Require(),
        "response.7",
        "response.7.total.onHand",
        "response.7.total.allocated",
        "response.7.warehouses.2");

    [Fact]
    public async Task The_quantity_of_all_warehouses()
    {
        await AssertEachIsMissedAsync(
            """{"response":{"7":{"total":{"onHand":9,"allocated":1}}}}""",
            async (far, cancellationToken) => (await far.SkipPausesAsync(far.Brightpearl.GetAvailabilityAsync([7], cancellationToken)))[7].Require(),
            ["response.7"],
            ("Brightpearl:WarehouseId", ""));
    }

    [Theory]
    [InlineData("2", "'response.1007.warehouses.2.onHand' is missing")]
    [InlineData("", "'response.1007.total.onHand' is missing")]
    public async Task An_availability_without_on_hand_says_which_product_lacks_what(string warehouse, string reason)
    {
        await using var far = new FarEnd(("Brightpearl:WarehouseId", warehouse)) { Responses = [FarEnd.Json(FarEnd.Case("brightpearl-availability-without-on-hand.json"))] };

        var failure = Assert.Throws<ConnectorException>((await far.SkipPausesAsync(far.Brightpearl.GetAvailabilityAsync([1007], Token)))[1007].Require);

        Assert.Equal(("brightpearl/incomplete", true), (failure.Code, failure.Transient));
        Assert.Equal($"Brightpearl's answer about product 1007 cannot be used: {reason}.", failure.Message);
    }

    [Fact]
    public async Task A_setting_takes_a_missing_quantity_for_zero()
    {
        await using var far = new FarEnd(("Brightpearl:MissingQuantityIsZero", "true"))
        {
            Responses = [FarEnd.Json("""{"response":{"1":{"total":{},"warehouses":{"2":{"allocated":3}}},"2":{"total":{},"warehouses":{"2":{"onHand":4,"allocated":null}}},"3":{"warehouses":{}},"4":{"total":{},"warehouses":{"2":{"onHand":"4"}}}}}""")],
        };

        var found = await far.SkipPausesAsync(far.Brightpearl.GetAvailabilityAsync([1, 2, 3, 4], Token));

        Assert.Equal((new BrightpearlAvailability(0, 3), new BrightpearlAvailability(4, 0)), (found[1].Require().Only, found[2].Require().Only));
        Assert.Null(found[3].Value);
        Assert.Null(found[4].Value);
    }

    [Fact]
    public async Task A_warehouse_that_is_not_listed_holds_none()
    {
        await using var far = new FarEnd { Responses = [FarEnd.Json("""{"response":{"7":{"total":{"onHand":9,"allocated":1},"warehouses":{"3":{"onHand":9,"allocated":1}}}}}""")] };

        Assert.Equal(new BrightpearlAvailability(0, 0), (await far.SkipPausesAsync(far.Brightpearl.GetAvailabilityAsync([7], Token)))[7].Require().Only);
    }

    [Fact]
    public async Task An_incomplete_product_does_not_fail_the_others_of_its_answer()
    {
        await using var far = new FarEnd
        {
            Responses =
            [
                FarEnd.Json("""{"response":{"1":{"total":{"onHand":1,"allocated":0},"warehouses":{"2":{"onHand":1,"allocated":0}}},"2":null,"3":{"total":{"onHand":1.5},"warehouses":{"2":{"onHand":1.5,"allocated":0}}},"4":[]}}"""),
                FarEnd.Json("""{"response":[{"id":1,"identity":{"sku":""},"stock":{"stockTracked":true},"composition":{"bundle":false}},{"id":2},{"id":3,"identity":{"sku":null},"stock":{"stockTracked":"yes"},"composition":{"bundle":false}}]}"""),
            ],
        };

        var availabilities = await far.SkipPausesAsync(far.Brightpearl.GetAvailabilityAsync([1, 2, 3, 4], Token));
        var products = await far.SkipPausesAsync(far.Brightpearl.GetProductsAsync([1, 2, 3], Token));

        Assert.Equal(new BrightpearlAvailability(1, 0), availabilities[1].Require().Only);
        Assert.All([2, 3, 4], id => Assert.Null(availabilities[id].Value));
        Assert.Equal(new BrightpearlProduct(1, null, true, false), products[1].Require());
        Assert.All([2, 3], id => Assert.Null(products[id].Value));
    }

    [Fact]
    public async Task Null_is_an_answer_where_there_can_be_none()
    {
        await using var far = new FarEnd
        {
            Responses = [FarEnd.Json("""{"data":{"nodes":[null,{"id":"gid://shopify/InventoryItem/7","sku":null,"tracked":false,"at24826418":null}]}}""")],
        };

        var item = Assert.Single(await far.SkipPausesAsync(far.Shopify.GetItemsAsync([6, 7], Token))).Value;
        Assert.Equal((7, null, false, null), (item.Id, item.Sku, item.Tracked, item.Level));
    }

    [Fact]
    public async Task Half_of_a_surrogate_pair_is_no_text()
    {
        const string products = """{"response":[{"id":1,"identity":{"sku":"\ud800"},"stock":{"stockTracked":true},"composition":{"bundle":false}},{"id":2,"identity":{"sku":"B"},"stock":{"stockTracked":true},"composition":{"bundle":false}}]}""";
        await using var far = new FarEnd { Responses = [FarEnd.Json(products)] };

        var found = await far.SkipPausesAsync(far.Brightpearl.GetProductsAsync([1, 2], Token));
        far.Responses = [FarEnd.Json(Items.Replace("MUG", "\\ud800", StringComparison.Ordinal))];
        var item = (await far.SkipPausesAsync(far.Shopify.GetItemsAsync([7], Token)))[7];
        far.Responses = [FarEnd.Json("""{"errors":[{"message":"\ud800"}]}""")];
        var error = await far.FailureOfAsync(far.Shopify.GetItemsAsync([7], Token));

        Assert.Equal((null, "has half of a character", "B"), (found[1].Require().Sku, found[1].Require().SkuFault, found[2].Require().Sku));
        Assert.Equal((null, "has half of a character"), (item.Sku, item.SkuFault));
        Assert.Equal(("shopify/malformed", true), (error.Code, error.Transient));
    }

    [Fact]
    public async Task A_byte_order_mark_is_no_part_of_an_answer()
    {
        await using var far = new FarEnd { Responses = [FarEnd.Json("\ufeff" + Items)] };

        Assert.Equal("MUG", (await far.SkipPausesAsync(far.Shopify.GetItemsAsync([7], Token)))[7].Sku);
        far.Responses = [FarEnd.Json("\ufeff{\"errors\":\"No.\"}", 400)];
        Assert.Contains(": No", (await far.FailureOfAsync(far.Shopify.GetItemsAsync([7], Token))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("[null,null]")]
    [InlineData("""[{"id":"gid://shopify/InventoryItem/8","sku":null,"tracked":false,"at24826418":null}]""")]
    [InlineData("""[{"id":"gid://shopify/Product/7","sku":null,"tracked":false,"at24826418":null}]""")]
    public async Task Items_that_were_not_asked_for_are_no_answer(string nodes)
    {
        await using var far = new FarEnd { Responses = [FarEnd.Json($$$"""{"data":{"nodes":{{{nodes}}}}}""")] };

        var failure = await far.FailureOfAsync(far.Shopify.GetItemsAsync([7], Token));

        Assert.Equal(("shopify/malformed", true), (failure.Code, failure.Transient));
    }

    [Theory]
    [InlineData("""{"response":{"results":[],"metaData":{"morePagesAvailable":true,"lastResult":0,"columns":[{"name":"productId"},{"name":"SKU"}]}}}""")]
    [InlineData("""{"response":{"results":[[7]],"metaData":{"morePagesAvailable":false,"columns":[{"name":"productId"},{"name":"SKU"}]}}}""")]
    [InlineData("""{"response":{"results":[["7","MUG"]],"metaData":{"morePagesAvailable":false,"columns":[{"name":"productId"},{"name":"SKU"}]}}}""")]
    [InlineData("""{"response":{"results":[],"metaData":{"morePagesAvailable":false,"columns":[null]}}}""")]
    public async Task A_page_that_cannot_be_read_is_no_answer(string search)
    {
        await using var far = new FarEnd { Responses = [FarEnd.Json(search)] };

        var failure = await far.FailureOfAsync(far.Brightpearl.FindProductIdsAsync("MUG", Token));

        Assert.Equal(("brightpearl/malformed", true), (failure.Code, failure.Transient));
    }

    [Fact]
    public async Task More_pages_than_are_read_are_no_answer()
    {
        await using var far = new FarEnd { Responses = [FarEnd.Json(Variants)] };

        var shopify = await far.FailureOfAsync(far.Shopify.FindItemsAsync("MUG", Token));
        far.Responses = [.. Enumerable.Range(1, 20).Select(page => FarEnd.Json(Search.Replace("500", $"{page * 500}", StringComparison.Ordinal)))];
        var brightpearl = await far.FailureOfAsync(far.Brightpearl.FindProductIdsAsync("MUG", Token));

        Assert.Equal(("shopify/too-many-results", false), (shopify.Code, shopify.Transient));
        Assert.Equal(("brightpearl/too-many-results", false), (brightpearl.Code, brightpearl.Transient));
    }

    private static Task AssertEachIsMissedAsync<T>(string json, Func<FarEnd, CancellationToken, Task<T>> call, params string[] unread) => AssertEachIsMissedAsync(json, call, unread, []);

    private static async Task AssertEachIsMissedAsync<T>(string json, Func<FarEnd, CancellationToken, Task<T>> call, string[] unread, params (string Key, string Value)[] settings)
    {
        await using var far = new FarEnd(settings);
        foreach (var (path, answer) in WithoutField.Of(json).Concat(WithoutField.OfWrongKind(json)).Where(answer => !unread.Contains(answer.Path)))
        {
            far.Responses = [FarEnd.Json(answer)];
            var failure = await Record.ExceptionAsync(() => far.SkipPausesAsync(call(far, Token)));

            var connector = Assert.IsType<ConnectorException>(failure);
            Assert.True(connector.Transient, path);
            Assert.True(connector.Code.EndsWith("/malformed", StringComparison.Ordinal) || connector.Code.EndsWith("/incomplete", StringComparison.Ordinal), $"{path}: {connector.Code}");
            Assert.Contains("'", connector.Message, StringComparison.Ordinal);
        }
    }
}
