using System.Net;
using EventTracking.Api.Authorization;

namespace EventTracking.Tests.Api.Authorization;

public sealed class ApiKeyTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> RefusedKeys =>
    [
        "",
        "et_",
        ApiKey.Create(),
        ApiKey.Create()[..^1],
        ApiKey.Create() + "A",
    ];

    [Theory]
    [MemberData(nameof(RefusedKeys))]
    public async Task A_key_that_is_not_known_is_refused(string key)
    {
        using var client = api.Client(key);

        using var response = await client.GetAsync("/events", Cancel);

        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "api-key-required");
        Assert.Equal("ApiKey", response.Headers.WwwAuthenticate.ToString());
    }

    [Fact]
    public async Task A_request_without_a_key_is_refused()
    {
        using var response = await api.Anonymous.GetAsync("/events", Cancel);

        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "api-key-required");
    }

    [Fact]
    public async Task Two_keys_at_once_are_refused()
    {
        using var client = api.Client(api.ViewerKey);
        client.DefaultRequestHeaders.Add("X-Api-Key", api.OperatorKey);

        using var response = await client.GetAsync("/events", Cancel);

        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "api-key-required");
    }

    [Theory]
    [InlineData("/events/01M83YEMEGQ2V7N4X9B6C1D0EF/replay")]
    [InlineData("/events/01M83YEMEGQ2V7N4X9B6C1D0EF/dismiss")]
    [InlineData("/reconciliations")]
    public async Task A_viewer_must_not_change_anything(string route)
    {
        using var response = await api.Viewer.PostAsync(route, Body.Json("""{ "reason": "test" }"""), Cancel);

        await response.AssertProblemAsync(HttpStatusCode.Forbidden, "forbidden");
    }

    [Theory]
    [InlineData("/events")]
    [InlineData("/discrepancies")]
    public async Task Viewers_and_operators_may_read(string route)
    {
        using var viewed = await api.Viewer.GetAsync(route, Cancel);
        using var operated = await api.Operator.GetAsync(route, Cancel);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (viewed.StatusCode, operated.StatusCode));
    }

    [Fact]
    public async Task Answers_are_neither_sniffed_nor_kept()
    {
        using var response = await api.Viewer.GetAsync("/events", Cancel);

        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.True(response.Headers.CacheControl?.NoStore);
        Assert.Equal("default-src 'none'; frame-ancestors 'none'", response.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Equal("no-referrer", response.Headers.GetValues("Referrer-Policy").Single());
        Assert.Empty(response.Headers.Server);
    }
}
