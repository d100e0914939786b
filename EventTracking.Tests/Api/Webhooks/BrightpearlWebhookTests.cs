using System.Net;

namespace EventTracking.Tests.Api.Webhooks;

public sealed class BrightpearlWebhookTests
{
    private static readonly string Changed =
        $$"""{"accountCode":"example","resourceType":"product","id":"1008","lifecycleEvent":"modified","fullEvent":"product.modified.on-hand-modified","raisedOn":"{{Deliveries.Time}}","brightpearlVersion":"4.23.1"}""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_repeat_is_dropped_while_the_first_is_unread()
    {
        await using var own = await ApiFixture.StartAsync();
        using var first = await own.Anonymous.SendAsync(Deliveries.Brightpearl(Changed), Cancel);

        using var second = await own.Anonymous.SendAsync(Deliveries.Brightpearl(Changed), Cancel);

        Assert.Equal(HttpStatusCode.Accepted, first.StatusCode);
        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
    }

    [Theory]
    [InlineData("wrong")]
    [InlineData(ApiFixture.BrightpearlKey + "0")]
    [InlineData("%2F")]
    public async Task A_delivery_with_another_key_is_refused_and_not_stored(string key)
    {
        await using var own = await ApiFixture.StartAsync();

        using var response = await own.Anonymous.SendAsync(Deliveries.Brightpearl(Changed, key), Cancel);

        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "webhook-not-authentic");
        var page = await (await own.Viewer.GetAsync("/events", Cancel)).ReadJsonAsync();
        Assert.Equal(0, page.GetProperty("events").GetArrayLength());
    }

    [Fact]
    public async Task The_key_is_in_no_log_and_no_answer()
    {
        await using var own = await ApiFixture.StartAsync();

        using var accepted = await own.Anonymous.SendAsync(Deliveries.Brightpearl(Changed), Cancel);
        using var refused = await own.Anonymous.SendAsync(Deliveries.Brightpearl(Changed, ApiFixture.BrightpearlKey + "0"), Cancel);

        Assert.Contains("brightpearl", own.Logs.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", own.Logs.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", await accepted.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.DoesNotContain("hush", await refused.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }
}
