using System.Net;
using EventTracking.Api.Webhooks;

namespace EventTracking.Tests.Api.Webhooks;

public sealed class WebhookLimitTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_body_that_turns_out_too_large_is_refused()
    {
        using var content = new ChunkedContent(RequestBody.Limit + 1);

        using var response = await api.Anonymous.PostAsync("/webhooks/shopify", content, Cancel);

        await response.AssertProblemAsync(HttpStatusCode.RequestEntityTooLarge, "too-large");
    }

    [Fact]
    public async Task Another_body_is_refused_beyond_its_own_limit()
    {
        using var content = new ByteArrayContent(new byte[(16 * 1024 * 1024) + 1]);
        content.Headers.ContentType = new("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/events/01M83YEMEGQ2V7N4X9B6C1D0EF/replay") { Content = content };
        request.Headers.ExpectContinue = true;

        using var response = await api.Operator.SendAsync(request, Cancel);

        await response.AssertProblemAsync(HttpStatusCode.RequestEntityTooLarge, "too-large");
    }
}
