using System.Net;
using EventTracking.Api.Webhooks;
using EventTracking.Core.Events;
using EventTracking.Core.Payloads;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Tests.Api.Webhooks;

public sealed class WebhookLimitTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_body_that_turns_out_too_large_is_refused()
    {
        using var request = Deliveries.Shopify([], content: new ChunkedContent(RequestBody.Limit + 1));

        using var response = await api.Anonymous.SendAsync(request, Cancel);

        await response.AssertProblemAsync(HttpStatusCode.RequestEntityTooLarge, "too-large");
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(true, UnprovenBodies.Small)]
    [InlineData(true, UnprovenBodies.Small + 1)]
    [InlineData(true, UnprovenBodies.Large + 1)]
    [InlineData(true, RequestBody.Limit)]
    [InlineData(false, 0)]
    [InlineData(false, UnprovenBodies.Small)]
    [InlineData(false, UnprovenBodies.Small + 1)]
    [InlineData(false, RequestBody.Limit)]
    public async Task A_signed_body_is_taken_and_kept_byte_for_byte_and_a_forged_one_is_not_whatever_its_length(bool announced, int length)
    {
        var body = new byte[length];
        Random.Shared.NextBytes(body);
        using var signed = Deliveries.Shopify(body, content: announced ? null : new ChunkedContent(body));
        using var forged = Deliveries.Shopify(body, Deliveries.Sign(body, "another"), content: announced ? null : new ChunkedContent(body));

        using var accepted = await api.Anonymous.SendAsync(signed, Cancel);
        using var refused = await api.Anonymous.SendAsync(forged, Cancel);

        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        var record = await api.Ledger.FindAsync(EventId.Parse((await accepted.ReadJsonAsync()).GetProperty("id").GetString()!), Cancel);
        var payload = Assert.IsType<PayloadRead.Available>(await api.Services.GetRequiredService<IPayloadArchive>().ReadAsync(record!.Payload!, Cancel)).Payload;
        Assert.True(payload.Body.Span.SequenceEqual(body));
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
