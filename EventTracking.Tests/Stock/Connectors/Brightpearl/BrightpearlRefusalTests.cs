namespace EventTracking.Tests.Stock.Connectors.Brightpearl;

/// <summary>What Brightpearl's failures become. Only its own word about a product means that there is none.</summary>
public sealed class BrightpearlRefusalTests
{
    private const string NoProducts = """{"response":[]}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // Recorded from real accounts, where only the noun differs.
    [Theory]
    [InlineData("No Products Found")]
    [InlineData("No products available in ID Set 99999")]
    public async Task Its_own_404_means_that_there_is_none(string message)
    {
        await using var far = new FarEnd { Responses = [FarEnd.Json($$"""{"errors":[{"code":"CMNC-404","message":"{{message}}"}]}""", 404)] };

        Assert.Empty(await far.SkipPausesAsync(far.Brightpearl.GetProductsAsync([1], Token)));
        Assert.Empty(await far.SkipPausesAsync(far.Brightpearl.GetAvailabilityAsync([1], Token)));
        Assert.Empty(await far.SkipPausesAsync(far.Brightpearl.FindProductIdsAsync("A", Token)));
        Assert.Equal(3, far.Calls);
    }

    [Theory]
    [InlineData("""{"errors":[{"code":"CMNC-404","message":"Cannot find the resource /product-service/product/1"}]}""")]
    [InlineData("""{"errors":[{"code":"CMNC-404","message":"No Products Found"},{"code":"CMNC-001","message":"Something else"}]}""")]
    [InlineData("""{"errors":[{"code":"NGINX-404","message":"Not found"}]}""")]
    [InlineData("""{"errors":[null]}""")]
    [InlineData("""{"errors":[]}""")]
    [InlineData("""{"errors":"Not Found"}""")]
    [InlineData("""{"message":"no Route matched with those values"}""")]
    [InlineData("404 page not found")]
    [InlineData("")]
    public async Task Any_other_404_is_temporary(string body)
    {
        await using var far = new FarEnd { Responses = [FarEnd.Json(body, 404)] };

        var failure = await far.FailureOfAsync(far.Brightpearl.GetProductsAsync([1], Token));

        Assert.Equal(("brightpearl/http-404", true), (failure.Code, failure.Transient));
    }

    [Fact]
    public async Task A_404_of_a_gateway_is_temporary()
    {
        await using var far = new FarEnd { Responses = [FarEnd.Recorded("brightpearl-404-from-a-gateway.http")] };

        var failure = await far.FailureOfAsync(far.Brightpearl.GetAvailabilityAsync([1], Token));

        Assert.Equal(("brightpearl/http-404", true), (failure.Code, failure.Transient));
        Assert.Equal("GET 127.0.0.1/public-api/acme/warehouse-service/product-availability/1 failed with HTTP 404 (a gateway or route has no such resource).", failure.Message);
        Assert.Contains("404 Not Found nginx", failure.InnerException!.Message, StringComparison.Ordinal);
        Assert.Equal(4, far.Calls);
    }

    [Theory]
    [InlineData(200, "brightpearl/cmnc-018", "was refused in an HTTP 200")]
    [InlineData(207, "brightpearl/multi-status", "was refused in an HTTP 207")]
    [InlineData(500, "brightpearl/http-500", "failed with HTTP 500")]
    public async Task Errors_keep_their_codes_and_words(int status, string code, string what)
    {
        await using var far = new FarEnd { Responses = [FarEnd.Json("""{"errors":[{"code":"CMNC-018","message":"The filter cannot be parsed"},{"code":"WHSC-070","message":"No."}]}""", status)] };

        var failure = await far.FailureOfAsync(far.Brightpearl.GetProductsAsync([1], Token));

        Assert.Equal((code, true), (failure.Code, failure.Transient));
        Assert.Equal($"GET 127.0.0.1/public-api/acme/product-service/product/1 {what}: CMNC-018: The filter cannot be parsed; WHSC-070: No.", failure.Message);
    }

    [Fact]
    public async Task A_mixed_outcome_is_no_answer_even_if_it_has_a_response()
    {
        await using var far = new FarEnd { Responses = [FarEnd.Json(NoProducts, 207)] };

        var failure = await far.FailureOfAsync(far.Brightpearl.GetProductsAsync([1], Token));

        Assert.Equal(("brightpearl/multi-status", true), (failure.Code, failure.Transient));
    }

    [Fact]
    public async Task A_rejected_token_is_put_right_by_somebody_and_never_shown()
    {
        await using var far = new FarEnd { Responses = [FarEnd.Json("""{"response":"Invalid instance token: token-of/brightpearl\u003d\u003d"}""", 401)] };

        var failure = await far.FailureOfAsync(far.Brightpearl.GetProductsAsync([1], Token));

        Assert.Equal(("brightpearl/http-401", true, TimeSpan.FromHours(1)), (failure.Code, failure.Transient, failure.RetryAfter));
        Assert.Contains("Invalid instance token: ***", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("token-of", failure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("brightpearl-requests-remaining: 190", "brightpearl-next-throttle-period: 45000")]
    [InlineData("brightpearl-next-throttle-period: 45000")]
    [InlineData]
    public async Task A_503_is_an_outage_if_calls_remain(params string[] headers)
    {
        await using var far = new FarEnd { Responses = [FarEnd.Json("", 503, headers)] };

        var failure = await far.FailureOfAsync(far.Brightpearl.GetProductsAsync([1], Token));

        Assert.Equal(("brightpearl/http-503", true, (TimeSpan?)null), (failure.Code, failure.Transient, failure.RetryAfter));
        Assert.True(failure.IsOutage);
    }

    [Theory]
    [InlineData(503, 45, "brightpearl-requests-remaining: 0", "brightpearl-next-throttle-period: 45000")]
    [InlineData(429, 7, "brightpearl-requests-remaining: 12", "Retry-After: 7")]
    [InlineData(429, 10)]
    [InlineData(503, 10, "brightpearl-requests-remaining: 0")]
    [InlineData(503, 10, "brightpearl-requests-remaining: 0", "brightpearl-next-throttle-period: -5")]
    [InlineData(503, 10, "brightpearl-requests-remaining: 0", "brightpearl-next-throttle-period: soon")]
    [InlineData(503, 10, "brightpearl-requests-remaining: 0", "brightpearl-next-throttle-period: 1e400")]
    public async Task A_throttle_postpones_the_event_and_no_further_call_is_sent(int status, int seconds, params string[] headers)
    {
        await using var far = new FarEnd { Responses = [FarEnd.Json("", status, headers)] };

        var throttled = await far.PostponedAsync(far.Brightpearl.GetProductsAsync([1], Token));
        var next = await far.PostponedAsync(far.Brightpearl.GetProductsAsync([1], Token));

        Assert.Equal(TimeSpan.FromSeconds(seconds), throttled.Delay);
        Assert.True(next.Delay > TimeSpan.FromSeconds(40));
        Assert.Equal(1, far.Calls);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(405)]
    [InlineData(422)]
    public async Task A_request_that_is_wrong_fails_at_once(int status)
    {
        await using var far = new FarEnd { Responses = [FarEnd.Json("""{"errors":[{"code":"CMNC-010","message":"Wrong."}]}""", status, "Retry-After: 5")] };

        var failure = await far.FailureOfAsync(far.Brightpearl.GetProductsAsync([1], Token));

        Assert.Equal(($"brightpearl/http-{status}", false, (TimeSpan?)null), (failure.Code, failure.Transient, failure.RetryAfter));
        Assert.Equal(1, far.Calls);
    }

    [Fact]
    public async Task Many_long_errors_are_cut_and_counted()
    {
        var errors = string.Join(',', Enumerable.Range(1, 12).Select(number => $$"""{"code":"C-{{number}}","message":"{{new string('x', 1000)}}"}"""));
        await using var far = new FarEnd { Responses = [FarEnd.Json($$"""{"errors":[{{errors}}]}""", 400)] };

        var failure = await far.FailureOfAsync(far.Brightpearl.GetProductsAsync([.. Enumerable.Range(1, 200).Select(id => id * 2L)], Token));

        Assert.InRange(failure.Message.Length, 700, 1000);
        Assert.Contains("C-1: xxx", failure.Message, StringComparison.Ordinal);
        Assert.Contains("; and 9 more", failure.Message, StringComparison.Ordinal);
    }
}
