using System.Net;
using EventTracking.Tests.Api;

namespace EventTracking.Tests.Sandbox;

/// <summary>The control routes next to the real service, as a caller sees them.</summary>
public sealed class SandboxControlTests : IAsyncLifetime
{
    private const string Mug = "/sandbox/control/shopify/items/271878346596884015";

    private ApiFixture api = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => api = await ApiFixture.StartAsync("Development");

    public async ValueTask DisposeAsync() => await api.DisposeAsync();

    [Theory]
    [InlineData("PUT", Mug, """{"available":3}""")]
    [InlineData("POST", Mug + "/orders", """{"quantity":1}""")]
    [InlineData("PUT", "/sandbox/control/brightpearl/products/1", """{"onHand":3}""")]
    [InlineData("POST", "/sandbox/control/brightpearl/products/1/orders", """{"quantity":1}""")]
    [InlineData("PATCH", Mug, """{"sku":"MUG-RED"}""")]
    [InlineData("PATCH", Mug, """{"tracked":false}""")]
    [InlineData("PUT", Mug + "/level", """{"level":"inactive"}""")]
    [InlineData("PUT", Mug + "/level", """{"level":"active"}""")]
    [InlineData("POST", Mug + "/recreation", "{}")]
    [InlineData("POST", Mug + "/deletion", "{}")]
    [InlineData("PATCH", "/sandbox/control/brightpearl/products/1", """{"sku":"","stockTracked":false}""")]
    [InlineData("POST", "/sandbox/control/brightpearl/products/1/deletion", "{}")]
    [InlineData("POST", "/sandbox/control/brightpearl/webhooks", """{"idSet":"1-5"}""")]
    public async Task Who_sends_a_webhook_is_told_the_event_that_it_became(string method, string path, string body)
    {
        using var response = await SendAsync(method, path, body);

        var answer = await response.ReadJsonAsync();
        Assert.Equal(202, answer.GetProperty("webhookStatus").GetInt32());
        using var found = await api.Viewer.GetAsync($"/events/{answer.GetProperty("eventId").GetString()}", Cancel);
        Assert.Equal(HttpStatusCode.OK, found.StatusCode);
    }

    [Theory]
    [InlineData("PUT", Mug, """{"available":3,"webhook":false}""")]
    [InlineData("POST", Mug + "/visibility", """{"visible":false}""")]
    [InlineData("POST", "/sandbox/control/products", """{"sku":"NEW-1","productId":"2000"}""")]
    [InlineData("PATCH", Mug, """{"sku":"MUG-RED","webhook":false}""")]
    [InlineData("PUT", Mug + "/level", """{"level":"none","webhook":false}""")]
    [InlineData("POST", Mug + "/sku-swap", """{"with":"271878346596884017","webhook":false}""")]
    [InlineData("POST", Mug + "/recreation", """{"webhook":false}""")]
    [InlineData("POST", Mug + "/deletion", """{"webhook":false}""")]
    [InlineData("PATCH", "/sandbox/control/brightpearl/products/1", """{"sku":"MUG-RED","webhook":false}""")]
    [InlineData("POST", "/sandbox/control/brightpearl/products/1/sku-swap", """{"with":"3","webhook":false}""")]
    [InlineData("POST", "/sandbox/control/brightpearl/products/1/deletion", """{"webhook":false}""")]
    public async Task Where_no_webhook_is_sent_there_is_no_event(string method, string path, string body)
    {
        using var response = await SendAsync(method, path, body);

        var answer = (await response.ReadJsonAsync()).ToString();
        Assert.Contains("\"webhookStatus\":null", answer, StringComparison.Ordinal);
        Assert.Contains("\"eventId\":null", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("""{"available":"many"}""")]
    [InlineData("""{"avaliable":3}""")]
    public async Task A_body_that_cannot_be_read_is_a_malformed_request(string body)
    {
        using var response = await SendAsync("PUT", Mug, body);

        await response.AssertProblemAsync(HttpStatusCode.BadRequest, "malformed-request");
    }

    [Theory]
    [InlineData("PUT", Mug, "{}", "available")]
    [InlineData("PUT", "/sandbox/control/shopify/items/mug", """{"available":3}""", "inventoryItemId")]
    [InlineData("POST", Mug + "/orders", """{"quantity":0}""", "quantity")]
    [InlineData("POST", Mug + "/visibility", "{}", "visible")]
    [InlineData("PUT", "/sandbox/control/shopify/fault", """{"count":0,"retryAfter":-1}""", "kind", "count", "retryAfter")]
    [InlineData("PUT", "/sandbox/control/brightpearl/products/-1", "{}", "productId", "onHand")]
    [InlineData("POST", "/sandbox/control/brightpearl/webhooks", """{"idSet":"5-1"}""", "idSet")]
    [InlineData("POST", "/sandbox/control/brightpearl/webhooks", "{}", "idSet")]
    [InlineData("PUT", "/sandbox/control/brightpearl/fault", """{"kind":"stale"}""", "kind")]
    [InlineData("PUT", "/sandbox/control/brightpearl/fault", """{"kind":"throttled-without-code"}""", "kind")]
    [InlineData("PUT", "/sandbox/control/shopify/fault", """{"kind":"incomplete"}""", "kind")]
    [InlineData("PATCH", Mug, "{}", "sku")]
    [InlineData("PUT", Mug + "/level", "{}", "level")]
    [InlineData("POST", Mug + "/sku-swap", """{"with":"x"}""", "with")]
    [InlineData("PATCH", "/sandbox/control/brightpearl/products/0", "{}", "productId", "sku")]
    [InlineData("POST", "/sandbox/control/brightpearl/products/1/sku-swap", "{}", "with")]
    [InlineData("PUT", "/sandbox/control/settings", "{}", "echo")]
    [InlineData("POST", "/sandbox/control/products", "{}", "sku", "productId")]
    [InlineData("POST", "/sandbox/control/products", """{"sku":"NEW-1","productId":"x","inventoryItemId":"0"}""", "productId", "inventoryItemId")]
    public async Task Values_that_are_missing_or_not_allowed_are_named(string method, string path, string body, params string[] fields)
    {
        using var response = await SendAsync(method, path, body);

        await response.AssertInvalidAsync(fields);
    }

    [Theory]
    [InlineData("PUT", "/sandbox/control/shopify/items/77", """{"available":3}""")]
    [InlineData("POST", "/sandbox/control/shopify/items/77/orders", """{"quantity":1}""")]
    [InlineData("POST", "/sandbox/control/shopify/items/77/visibility", """{"visible":false}""")]
    [InlineData("PUT", "/sandbox/control/brightpearl/products/77", """{"onHand":3}""")]
    [InlineData("POST", "/sandbox/control/brightpearl/products/77/orders", """{"quantity":1}""")]
    [InlineData("POST", "/sandbox/control/brightpearl/products/77/visibility", """{"visible":false}""")]
    [InlineData("PATCH", "/sandbox/control/shopify/items/77", """{"sku":"A"}""")]
    [InlineData("PUT", "/sandbox/control/shopify/items/77/level", """{"level":"none"}""")]
    [InlineData("POST", "/sandbox/control/shopify/items/77/sku-swap", """{"with":"271878346596884015"}""")]
    [InlineData("POST", Mug + "/sku-swap", """{"with":"77"}""")]
    [InlineData("POST", "/sandbox/control/shopify/items/77/recreation", "{}")]
    [InlineData("POST", "/sandbox/control/shopify/items/77/deletion", "{}")]
    [InlineData("PATCH", "/sandbox/control/brightpearl/products/77", """{"sku":"A"}""")]
    [InlineData("POST", "/sandbox/control/brightpearl/products/1/sku-swap", """{"with":"77"}""")]
    [InlineData("POST", "/sandbox/control/brightpearl/products/77/deletion", "{}")]
    public async Task A_product_that_is_not_there_is_not_found(string method, string path, string body)
    {
        using var response = await SendAsync(method, path, body);

        await response.AssertProblemAsync(HttpStatusCode.NotFound, "product-not-found");
    }

    [Fact]
    public async Task An_id_that_is_taken_is_a_conflict()
    {
        using var response = await SendAsync("POST", "/sandbox/control/products", """{"sku":"NEW-1","productId":"1"}""");

        await response.AssertProblemAsync(HttpStatusCode.Conflict, "product-exists");
    }

    private async Task<HttpResponseMessage> SendAsync(string method, string path, string body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = Body.Json(body) };
        return await api.Anonymous.SendAsync(request, Cancel);
    }
}
