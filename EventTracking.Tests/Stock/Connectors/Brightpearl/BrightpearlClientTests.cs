using System.Net;
using System.Text;
using EventTracking.Api.Sandbox;
using EventTracking.Stock.Connectors;
using EventTracking.Stock.Connectors.Brightpearl;
using EventTracking.Tests.Sandbox;
using EventTracking.Tests.Stock.Catalog;

namespace EventTracking.Tests.Stock.Connectors.Brightpearl;

public sealed class BrightpearlClientTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reads_products_and_leaves_out_what_does_not_exist()
    {
        await using var app = await SandboxApp.StartAsync();

        var products = await app.Brightpearl.GetProductsAsync([1007, 404], Token);

        Assert.Equal(new BrightpearlProduct(1007, "LAMP-OAK", true, false), Assert.Single(products).Value.Require());
        Assert.Empty(await app.Brightpearl.GetProductsAsync([404], Token));
    }

    [Fact]
    public async Task Finds_the_products_with_exactly_the_SKU_although_the_search_finds_more()
    {
        await using var app = await SandboxApp.StartAsync();
        app.State.Add(new SandboxProduct("MUG-BLUE", "Twin") { ProductId = 50 });

        Assert.Equal([1, 50], await app.Brightpearl.FindProductIdsAsync("MUG-BLUE", Token));
        Assert.Equal([3], await app.Brightpearl.FindProductIdsAsync("TEA 250G", Token));
        Assert.Empty(await app.Brightpearl.FindProductIdsAsync("mug-blue", Token));
        Assert.Empty(await app.Brightpearl.FindProductIdsAsync("A&B=C", Token));
    }

    [Fact]
    public async Task Finds_the_product_on_a_later_page()
    {
        await using var app = await SandboxApp.StartAsync();
        for (var number = 0; number < 1100; number++)
        {
            app.State.Add(new SandboxProduct($"CAP-{number}", "Cap") { ProductId = 5000 + number });
        }

        app.State.Add(new SandboxProduct("CAP", "Cap") { ProductId = 9999 });

        Assert.Equal([9999], await app.Brightpearl.FindProductIdsAsync("CAP", Token));
    }

    [Fact]
    public async Task Reads_availability_of_the_warehouse_and_leaves_out_what_has_none()
    {
        await using var app = await SandboxApp.StartAsync();
        app.State.Add(new SandboxProduct("DIGITAL", "Voucher") { ProductId = 60, StockTracked = false });
        app.State.Add(new SandboxProduct("ELSEWHERE", "Crate") { ProductId = 61, OnHandElsewhere = 8 });

        var found = await app.Brightpearl.GetAvailabilityAsync([1007, 1, 60, 61, 404], Token);

        Assert.Equal([1, 61, 1007], found.Keys.Order());
        Assert.Equal(new BrightpearlAvailability(9, 1), found[1007].Require().Only);
        Assert.Equal(new BrightpearlAvailability(0, 0), found[61].Require().Only);
        Assert.Empty(await app.Brightpearl.GetAvailabilityAsync([404], Token));
        Assert.Empty(await app.Brightpearl.GetAvailabilityAsync([], Token));
    }

    [Fact]
    public async Task Takes_the_total_where_no_warehouse_is_chosen()
    {
        await using var app = await SandboxApp.StartAsync(("Brightpearl:WarehouseId", ""));

        Assert.Equal(new BrightpearlAvailability(13, 1), (await app.Brightpearl.GetAvailabilityAsync([1007], Token))[1007].Require().Only);
    }

    [Fact]
    public async Task Splits_a_long_list()
    {
        await using var app = await SandboxApp.StartAsync();
        for (var number = 0; number < 250; number++)
        {
            app.State.Add(new SandboxProduct($"CAP-{number}", "Cap") { ProductId = 5000 + (number * 2), OnHand = number });
        }

        var found = await app.Brightpearl.GetAvailabilityAsync([.. Enumerable.Range(0, 250).Select(number => 5000L + (number * 2))], Token);

        Assert.Equal(250, found.Count);
        Assert.All(found, product => Assert.Equal((product.Key - 5000) / 2, product.Value.Require().Only.OnHand));
    }

    [Fact]
    public async Task A_wrong_token_is_a_failure_that_waits_for_the_right_one_and_does_not_tell_the_token()
    {
        await using var app = await SandboxApp.StartAsync();
        var stranger = ClientOver.Brightpearl(
            app.ClientOf(nameof(BrightpearlClient)),
            new BrightpearlOptions { Account = "acme", AppRef = "acme-app", StaffToken = "stolen-token" });

        var failure = await app.FailureOfAsync(stranger.GetProductsAsync([1], Token));

        Assert.Equal(("brightpearl/http-401", true), (failure.Code, failure.Transient));
        Assert.Equal(
            "GET sandbox/brightpearl/public-api/acme/product-service/product/1 failed with HTTP 401 (the credentials are not accepted): "
            + "CMNC-401: The app reference or the staff token is not valid for this account; retry after 3600 s.",
            failure.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("{}")]
    [InlineData("""{"errors":[]}""")]
    [InlineData("""{"response":{"results":[[1]],"metaData":{"columns":[{"name":"productId"},{"name":"SKU"}]}}}""")]
    [InlineData("""{"response":{"results":[["x","A"]],"metaData":{"columns":[{"name":"productId"},{"name":"SKU"}]}}}""")]
    [InlineData("""{"response":{"results":[],"metaData":{"columns":[{"name":"productId"}]}}}""")]
    [InlineData("""{"response":{"results":[]}}""")]
    public async Task A_search_answer_that_cannot_be_read_is_malformed(string body)
    {
        var failure = await Assert.ThrowsAsync<ConnectorException>(() => ClientThatGets(body).FindProductIdsAsync("A", Token));

        Assert.Equal(("brightpearl/malformed", true), (failure.Code, failure.Transient));
    }

    [Theory]
    [InlineData("""{"response":{"x":{"total":{"onHand":1,"allocated":0}}}}""")]
    [InlineData("""{"response":[]}""")]
    public async Task An_availability_answer_that_cannot_be_read_is_malformed(string body)
    {
        var failure = await Assert.ThrowsAsync<ConnectorException>(() => ClientThatGets(body).GetAvailabilityAsync([1], Token));

        Assert.Equal("brightpearl/malformed", failure.Code);
    }

    private static BrightpearlClient ClientThatGets(string body) => ClientOver.Brightpearl(
        new HttpClient(new OneResponse(body)) { BaseAddress = new Uri("https://euw1.brightpearlconnect.com/") },
        new BrightpearlOptions { Account = "acme" });

    private sealed class OneResponse(string body) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(body, Encoding.UTF8, "application/json") });
    }
}
