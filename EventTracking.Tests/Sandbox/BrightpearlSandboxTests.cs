using System.Net;
using EventTracking.Api.Sandbox;

namespace EventTracking.Tests.Sandbox;

/// <summary>What the sandbox's Brightpearl has in common with the real one, whatever it responds.</summary>
public sealed class BrightpearlSandboxTests : IAsyncLifetime
{
    private SandboxApp app = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => app = await SandboxApp.StartAsync(("Sandbox:BrightpearlCallsPerMinute", "3"));

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    [Theory]
    [InlineData("product-service/product/1", null, 200)]
    [InlineData("product-service/product/404", null, 404)]
    [InlineData("product-service/no-such-route", null, 404)]
    [InlineData("", null, 404)]
    [InlineData("product-service/product/1-201", null, 400)]
    [InlineData("product-service/product/x", null, 400)]
    [InlineData("warehouse-service/product-availability/5-1", null, 400)]
    [InlineData("product-service/product-search?firstResult=0", null, 400)]
    [InlineData("product-service/product-search?pageSize=501", null, 400)]
    [InlineData("product-service/product/1", SandboxFaultKind.Down, 503)]
    [InlineData("product-service/product/1", SandboxFaultKind.TooManyRequests, 429)]
    [InlineData("product-service/product/1", SandboxFaultKind.NotFound, 404)]
    [InlineData("product-service/product/1", SandboxFaultKind.Errors, 200)]
    [InlineData("product-service/product/1", SandboxFaultKind.Moved, 301)]
    [InlineData("product-service/product/1", SandboxFaultKind.Locked, 423)]
    [InlineData("product-service/product/1", SandboxFaultKind.Malformed, 200)]
    public async Task Every_response_tells_how_many_calls_are_left(string resource, object? fault, int status)
    {
        app.BrightpearlFaults.Current = fault is SandboxFaultKind kind ? new SandboxFault(kind) : SandboxFault.None;

        using var response = await GetAsync(resource);

        Assert.Equal((status, "2", "60000"), ((int)response.StatusCode, Header(response, "brightpearl-requests-remaining"), Header(response, "brightpearl-next-throttle-period")));
    }

    [Fact]
    public async Task A_rejected_client_uses_up_the_same_calls_and_sees_the_same_headers()
    {
        using var stranger = await GetAsync("product-service/product/1", "stolen-token");
        using var known = await GetAsync("product-service/product/1");

        Assert.Equal((HttpStatusCode.Unauthorized, "2"), (stranger.StatusCode, Header(stranger, "brightpearl-requests-remaining")));
        Assert.Equal("1", Header(known, "brightpearl-requests-remaining"));
    }

    [Fact]
    public async Task When_no_calls_are_left_every_client_waits_for_the_next_minute()
    {
        for (var calls = 0; calls < 3; calls++)
        {
            using var within = await GetAsync("product-service/product/1");
        }

        app.Time.Advance(TimeSpan.FromSeconds(20));
        using var refused = await GetAsync("product-service/product/1");
        app.Time.Advance(TimeSpan.FromSeconds(40));
        using var next = await GetAsync("product-service/product/1");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "0", "40000"), (refused.StatusCode, Header(refused, "brightpearl-requests-remaining"), Header(refused, "brightpearl-next-throttle-period")));
        Assert.Equal((HttpStatusCode.OK, "2"), (next.StatusCode, Header(next, "brightpearl-requests-remaining")));
    }

    [Fact]
    public async Task Another_client_uses_up_the_same_calls_and_what_is_refused_is_counted()
    {
        using var set = await app.PutAsync("/sandbox/control/brightpearl/limit", """{"calls":3,"periodSeconds":2}""");
        using var within = await GetAsync("product-service/product/1");
        using var others = await app.PostAsync("/sandbox/control/brightpearl/calls", """{"count":4}""");
        using var refused = await GetAsync("product-service/product/1");
        app.Time.Advance(TimeSpan.FromSeconds(5));
        using var next = await GetAsync("product-service/product/1");

        Assert.Equal("""{"made":2,"refused":2}""", await others.Content.ReadAsStringAsync(Token));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "0", "2000"), (refused.StatusCode, Header(refused, "brightpearl-requests-remaining"), Header(refused, "brightpearl-next-throttle-period")));

        // The periods follow each other: the third began at 4 s.
        Assert.Equal(("2", "1000"), (Header(next, "brightpearl-requests-remaining"), Header(next, "brightpearl-next-throttle-period")));
        var limit = await app.GetLimitAsync();
        Assert.Equal((3, 2d, 2, 1000L), (limit.Calls, limit.PeriodSeconds, limit.Remaining, limit.NextPeriod));
        Assert.Equal([new(1, 1, 2, 2), new(1, 0, 0, 0)], limit.Periods);
    }

    [Theory]
    [InlineData("PUT", "limit", "{}")]
    [InlineData("PUT", "limit", """{"calls":0}""")]
    [InlineData("PUT", "limit", """{"calls":1,"periodSeconds":61}""")]
    [InlineData("POST", "calls", "{}")]
    [InlineData("POST", "calls", """{"count":10001}""")]
    public async Task A_limit_that_makes_no_sense_is_refused(string method, string path, string body)
    {
        using var response = await app.SendAsync(new HttpMethod(method), $"/sandbox/control/brightpearl/{path}", body);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task A_reset_restores_the_limit()
    {
        using var set = await app.PutAsync("/sandbox/control/brightpearl/limit", """{"calls":7}""");
        using var reset = await app.PostAsync("/sandbox/control/reset", "");

        Assert.Equal(3, (await app.GetLimitAsync()).Remaining);
    }

    [Theory]
    [InlineData("product-service/product/404", """{"errors":[{"code":"CMNC-404","message":"No Products Found"}]}""")]
    [InlineData("warehouse-service/product-availability/404", """{"errors":[{"code":"CMNC-404","message":"No Product Availability Found"}]}""")]
    [InlineData("product-service/nothing", """{"errors":[{"code":"CMNC-404","message":"Cannot find the resource /product-service/nothing"}]}""")]
    public async Task A_404_is_in_its_own_JSON(string resource, string body)
    {
        using var response = await GetAsync(resource);

        Assert.Equal(body, await response.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task What_is_not_tracked_is_left_out_and_what_is_incomplete_lacks_its_quantities()
    {
        app.State.Add(new SandboxProduct("DIGITAL", "Voucher") { ProductId = 60, StockTracked = false });
        app.BrightpearlFaults.Current = new SandboxFault(SandboxFaultKind.Incomplete, 1);

        using var incomplete = await GetAsync("warehouse-service/product-availability/1,60");
        using var complete = await GetAsync("warehouse-service/product-availability/1,60");

        Assert.Equal("""{"response":{"1":{"total":{"inStock":12,"inTransit":0},"warehouses":{"2":{"inStock":12,"inTransit":0}}}}}""", await incomplete.Content.ReadAsStringAsync(Token));
        Assert.Contains("\"onHand\":12", await complete.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    private static string? Header(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;

    private async Task<HttpResponseMessage> GetAsync(string resource, string token = "token-of-brightpearl")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/sandbox/brightpearl/public-api/acme/{resource}");
        request.Headers.Add("brightpearl-app-ref", "acme-app");
        request.Headers.Add("brightpearl-staff-token", token);
        return await app.Http.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
