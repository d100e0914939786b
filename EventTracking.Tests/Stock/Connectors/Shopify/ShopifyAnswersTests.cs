using System.Net;
using System.Text;
using System.Text.Json;
using EventTracking.Stock.Connectors;
using EventTracking.Stock.Connectors.Shopify;

namespace EventTracking.Tests.Stock.Connectors.Shopify;

/// <summary>Responses that the real service gives and the sandbox does not.</summary>
public sealed class ShopifyAnswersTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void The_comparison_is_part_of_the_JSON_whatever_its_value()
    {
        var input = new SetInput("available", "correction", "gid://event-tracking/Event/1", [new SetQuantity("gid://shopify/InventoryItem/2", "gid://shopify/Location/1", 7, 0)]);

        var json = JsonSerializer.Serialize(new GraphCall<SetVariables>("q", "SetAvailable", new SetVariables(input, "k")), ShopifyJson.Default.SetCall);

        Assert.Equal(
            """{"query":"q","operationName":"SetAvailable","variables":{"input":{"name":"available","reason":"correction","referenceDocumentUri":"gid://event-tracking/Event/1","quantities":[{"inventoryItemId":"gid://shopify/InventoryItem/2","locationId":"gid://shopify/Location/1","quantity":7,"changeFromQuantity":0}]},"key":"k"}}""",
            json);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"data":null}""")]
    [InlineData("""{"data":{}}""")]
    [InlineData("""{"data":{"nodes":[{"id":"gid://shopify/InventoryItem/1","sku":"A","tracked":true,"at24826418":{"quantities":[]}}]}}""")]
    [InlineData("""{"data":{"nodes":[{"id":"1","sku":"A","tracked":true,"at24826418":{"quantities":[{"name":"available","quantity":1},{"name":"committed","quantity":1}]}}]}}""")]
    [InlineData("""{"data":{"nodes":[{"id":"gid://shopify/InventoryItem/1","sku":"A","tracked":true,"at24826418":{"quantities":[{"name":"available","quantity":"many"}]}}]}}""")]
    public async Task An_answer_that_lacks_what_was_asked_for_is_malformed(string body)
    {
        var failure = await Assert.ThrowsAsync<ConnectorException>(() => ClientThatGets(body).GetItemsAsync([1], Token));

        Assert.Equal(("shopify/malformed", true), (failure.Code, failure.Transient));
    }

    private static ShopifyClient ClientThatGets(string body) => ClientOver.Shopify(
        new HttpClient(new OneResponse(body)) { BaseAddress = new Uri("https://test-store.myshopify.com/") },
        new ShopifyOptions { AccessToken = "t" });

    private sealed class OneResponse(string body) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(body, Encoding.UTF8, "application/json") });
    }
}
