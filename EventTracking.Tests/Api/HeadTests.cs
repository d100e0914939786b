using System.Net;
using EventTracking.Tests.Api.Validation;

namespace EventTracking.Tests.Api;

public sealed class HeadTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_route_that_can_be_read_answers_HEAD_like_GET_without_a_body()
    {
        await using var api = await ApiFixture.StartAsync("Development");
        var requests = RouteRequest.Of(api.Services).Where(request => request.Method == HttpMethod.Get).ToArray();

        Assert.True(requests.Length >= 10, $"{requests.Length} routes");
        foreach (var path in requests.Select(request => request.Target))
        {
            using var get = await api.Viewer.GetAsync(path, Cancel);
            using var head = await api.Viewer.SendAsync(new HttpRequestMessage(HttpMethod.Head, path), Cancel);

            Assert.Equal((path, get.StatusCode), (path, head.StatusCode));
            Assert.Equal(get.Content.Headers.ContentType, head.Content.Headers.ContentType);
            Assert.Empty(await head.Content.ReadAsByteArrayAsync(Cancel));
        }
    }

    [Fact]
    public async Task HEAD_needs_the_same_key_and_elsewhere_is_no_method()
    {
        await using var api = await ApiFixture.StartAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, (await api.Anonymous.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/events"), Cancel)).StatusCode);
        using var refused = await api.Operator.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/reconciliations"), Cancel);
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "POST"), (refused.StatusCode, string.Join(',', refused.Content.Headers.Allow)));
        using var other = await api.Operator.DeleteAsync("/events", Cancel);
        Assert.Equal("GET,HEAD", string.Join(',', other.Content.Headers.Allow.Order(StringComparer.Ordinal)));
    }
}
