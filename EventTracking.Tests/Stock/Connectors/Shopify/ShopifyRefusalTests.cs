using System.Text.Json;
using EventTracking.Stock.Connectors;
using EventTracking.Stock.Connectors.Shopify;

namespace EventTracking.Tests.Stock.Connectors.Shopify;

/// <summary>What Shopify's failures become: what time or somebody elsewhere can put right is tried again, and its words are kept.</summary>
public sealed class ShopifyRefusalTests
{
    private const string NoItems = """{"data":{"nodes":[null]}}""";

    private const string Reference = "gid://a/b/1";

    private static readonly ShopifyChange Change = new(1, 5, 2, 3, "01J/1/1");
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(401, """{"errors":"[API] Invalid API key or access token"}""", "[API] Invalid API key or access token")]
    [InlineData(402, """{"errors":"Unavailable Shop"}""", "Unavailable Shop")]
    [InlineData(403, """{"errors":"[API] This action requires merchant approval for read_inventory scope."}""", "merchant approval for read_inventory scope")]
    [InlineData(423, """{"errors":{"base":["Locked"],"shop":"is closed"}}""", "base: Locked; shop: is closed")]
    [InlineData(430, """{"errors":[{"message":"Blocked","extensions":{"code":"SECURITY"}}]}""", "SECURITY: Blocked")]
    public async Task What_somebody_elsewhere_has_to_put_right_is_tried_again_an_hour_later(int status, string body, string words)
    {
        await using var far = new FarEnd { Responses = [FarEnd.Json(body, status)] };

        var failure = await far.FailureOfAsync(far.Shopify.GetItemsAsync([1], Token));

        Assert.Equal(($"shopify/http-{status}", true, Hour), (failure.Code, failure.Transient, failure.RetryAfter));
        Assert.Contains($"HTTP {status}", failure.Message, StringComparison.Ordinal);
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
        Assert.Contains("InventoryItems", failure.Message, StringComparison.Ordinal);
        Assert.Equal(1, far.Calls);
    }

    [Fact]
    public async Task A_redirect_is_not_followed_and_says_where_it_leads()
    {
        await using var far = new FarEnd { Responses = [FarEnd.Json("", 301, "Location: https://moved.example/admin/api?token=secret")] };

        var failure = await far.FailureOfAsync(far.Shopify.GetItemsAsync([1], Token));

        Assert.Equal(("shopify/http-301", true, Hour), (failure.Code, failure.Transient, failure.RetryAfter));
        Assert.Contains("the address has moved to https://moved.example/admin/api)", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failure.Message, StringComparison.Ordinal);
        Assert.Equal(1, far.Calls);
    }

    [Theory]
    [InlineData("""{"errors":[{"message":"Throttled","extensions":{"code":"THROTTLED"}}]}""", 200)]
    [InlineData("""{"errors":"Throttled"}""", 200)]
    [InlineData("""{"errors":[null,"throttled"]}""", 200)]
    [InlineData("""{"errors":"Exceeded 2 calls per second"}""", 429)]
    [InlineData("", 429)]
    public async Task A_throttle_is_waited_for_whatever_its_form(string body, int status)
    {
        await using var far = new FarEnd { Responses = [FarEnd.Json(body, status), FarEnd.Json(NoItems)] };

        Assert.Empty(await far.SkipPausesAsync(far.Shopify.GetItemsAsync([1], Token)));
        Assert.Equal(2, far.Calls);
    }

    [Fact]
    public async Task A_throttle_without_a_code_is_waited_for()
    {
        await using var far = new FarEnd { Responses = [FarEnd.Json(FarEnd.Case("shopify-throttled-without-code.json")), FarEnd.Json(NoItems)] };

        Assert.Empty(await far.SkipPausesAsync(far.Shopify.GetItemsAsync([1], Token)));
        Assert.Equal(2, far.Calls);
    }

    [Fact]
    public async Task The_decimals_of_Retry_After_are_waited_for()
    {
        await using var far = new FarEnd { Responses = [FarEnd.Recorded("shopify-429-fractional-retry-after.http"), FarEnd.Json(NoItems)] };

        var call = far.Shopify.GetItemsAsync([1], Token);
        await far.Time.BegunAsync(TimeSpan.FromSeconds(2));
        far.Time.Advance(TimeSpan.FromSeconds(2));

        Assert.Empty(await far.SkipPausesAsync(call));
    }

    [Theory]
    [InlineData("""[{"message":"No.","extensions":{"code":"ACCESS_DENIED"}}]""", "shopify/access_denied", true, true, "ACCESS_DENIED: No")]
    [InlineData("""[{"message":"No.","extensions":{"code":"SHOP_INACTIVE"}}]""", "shopify/shop_inactive", true, true, "SHOP_INACTIVE: No")]
    [InlineData("""[{"message":"No.","extensions":{"code":"INTERNAL_SERVER_ERROR"}}]""", "shopify/internal_server_error", true, false, "INTERNAL_SERVER_ERROR: No")]
    [InlineData("""[{"message":"No.","extensions":{"code":"MAX_COST_EXCEEDED"}}]""", "shopify/max_cost_exceeded", false, false, "MAX_COST_EXCEEDED: No")]
    [InlineData("""[{"message":"Field 'x' doesn't exist","extensions":{"code":"undefinedField"}}]""", "shopify/undefinedfield", false, false, "doesn't exist")]
    [InlineData("""[{"message":"One","extensions":{"code":"TIMEOUT"}},{"message":"Two","extensions":{"code":"BAD_REQUEST"}}]""", "shopify/bad_request", false, false, "TIMEOUT: One; BAD_REQUEST: Two")]
    [InlineData("""[{"message":"Not a word as a code","extensions":{"code":"a code / with blanks"}}]""", "shopify/graphql", false, false, "a code / with blanks: Not a word")]
    [InlineData("""[{"message":7,"extensions":"none"}]""", "shopify/graphql", true, false, "7")]
    [InlineData("[null]", "shopify/graphql", true, false, "an error without code and message")]
    [InlineData("[{}]", "shopify/graphql", true, false, "{}")]
    [InlineData("\"Something happened\"", "shopify/graphql", true, false, "Something happened")]
    [InlineData("""{"query":["is missing","is empty"]}""", "shopify/graphql", true, false, "query: is missing, is empty")]
    public async Task Errors_in_a_200_keep_their_codes_and_words(string errors, string code, bool transient, bool longWait, string words)
    {
        await using var far = new FarEnd { Responses = [FarEnd.Json($$$"""{"errors":{{{errors}}},"data":{"nodes":null}}""")] };

        var failure = await far.FailureOfAsync(far.Shopify.GetItemsAsync([1], Token));

        Assert.Equal((code, transient, longWait ? Hour : (TimeSpan?)null), (failure.Code, failure.Transient, failure.RetryAfter));
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("\"\"")]
    public async Task No_errors_are_no_failure(string errors)
    {
        await using var far = new FarEnd { Responses = [FarEnd.Json($$$"""{"errors":{{{errors}}},"data":{"nodes":[null]}}""")] };

        Assert.Empty(await far.SkipPausesAsync(far.Shopify.GetItemsAsync([1], Token)));
    }

    [Theory]
    [InlineData("IDEMPOTENCY_CONCURRENT_REQUEST", true, null)]
    [InlineData("IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED", true, null)]
    [InlineData("INVALID_INVENTORY_ITEM", true, null)]
    [InlineData("SOMETHING_NEW", true, null)]
    [InlineData("INVALID_LOCATION", true, 1)]
    [InlineData("INVALID_REASON", false, null)]
    [InlineData("NON_MUTABLE_INVENTORY_ITEM", false, null)]
    public async Task A_user_error_says_which_row_and_field_it_is_about(string code, bool transient, int? hours)
    {
        await using var far = new FarEnd { Responses = [Refused($$"""{"code":"{{code}}","field":["input","quantities","2","locationId"],"message":"No."}""")] };

        var failure = await far.SkipPausesAsync(far.Shopify.RefusalOfAsync(Change, Reference, Token));

        Assert.Equal(($"shopify/{code.ToLowerInvariant()}", transient, hours is { } wait ? TimeSpan.FromHours(wait) : (TimeSpan?)null), (failure.Code, failure.Transient, failure.RetryAfter));
        Assert.Equal($"Shopify refused SetAvailable: {code}: input.quantities.2.locationId: No.", failure.Message);
    }

    [Fact]
    public async Task Of_several_user_errors_all_are_told_and_the_gravest_decides()
    {
        await using var far = new FarEnd
        {
            Responses =
            [
                Refused("""{"code":"CHANGE_FROM_QUANTITY_STALE","field":["input","quantities","0","changeFromQuantity"],"message":"Stale."},{"code":"INVALID_QUANTITY_TOO_HIGH","field":["input","quantities","1","quantity"],"message":"High."},null,{"code":null,"field":null,"message":"Odd."}"""),
            ],
        };

        var failure = await far.SkipPausesAsync(far.Shopify.RefusalOfAsync(Change, Reference, Token));

        Assert.Equal(("shopify/invalid_quantity_too_high", false), (failure.Code, failure.Transient));
        Assert.Equal(
            "Shopify refused SetAvailable: CHANGE_FROM_QUANTITY_STALE: input.quantities.0.changeFromQuantity: Stale.; "
            + "INVALID_QUANTITY_TOO_HIGH: input.quantities.1.quantity: High.; an error without code and message; Odd.",
            failure.Message);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(null)]
    public async Task The_comparison_is_always_sent(int? from)
    {
        await using var far = new FarEnd { Responses = [Refused("")] };

        await far.SkipPausesAsync(far.Shopify.SetOneAsync(Change with { Quantity = -2, ChangeFrom = from }, Reference, Token));

        var body = JsonDocument.Parse(far.Requests[0][(far.Requests[0].IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]).RootElement;
        var row = body.GetProperty("variables").GetProperty("input").GetProperty("quantities")[0];
        Assert.Equal(-2, row.GetProperty("quantity").GetInt32());
        Assert.Equal(from?.ToString() ?? "null", row.GetProperty("changeFromQuantity").GetRawText());
    }

    [Fact]
    public async Task A_token_that_the_other_side_quotes_is_masked_even_if_it_is_escaped()
    {
        await using var far = new FarEnd { Responses = [FarEnd.Json("""{"errors":"Invalid token: token-of\/shopify\u003d\u003d"}""", 401)] };

        var failure = await far.FailureOfAsync(far.Shopify.GetItemsAsync([1], Token));

        Assert.Contains("Invalid token: ***", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("token-of", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusals_do_not_open_the_circuit()
    {
        await using var far = new FarEnd { Responses = [.. Enumerable.Repeat(FarEnd.Json("{}", 402), 12), FarEnd.Json(NoItems)] };
        for (var calls = 0; calls < 12; calls++)
        {
            await far.FailureOfAsync(far.Shopify.GetItemsAsync([1], Token));
        }

        Assert.Empty(await far.SkipPausesAsync(far.Shopify.GetItemsAsync([1], Token)));
    }

    private static string Refused(string errors) => FarEnd.Json($$$$"""{"data":{"inventorySetQuantities":{"inventoryAdjustmentGroup":null,"userErrors":[{{{{errors}}}}]}}}""");
}
