using System.Text.Json;
using EventTracking.Api.Sandbox;
using EventTracking.Core.Functions;
using EventTracking.Stock.Connectors;
using EventTracking.Stock.Connectors.Shopify;
using EventTracking.Tests.Sandbox;

namespace EventTracking.Tests.Stock.Connectors.Shopify;

/// <summary>Many quantities are set with one call, and a row that Shopify refuses does not keep the others from being set.</summary>
public sealed class ShopifyRowsTests
{
    private const string Reference = "gid://event-tracking/Event/01J";
    private const string SetAll = """{"data":{"inventorySetQuantities":{"inventoryAdjustmentGroup":{"id":"gid://shopify/InventoryAdjustmentGroup/1"},"userErrors":[]}}}""";

    private static readonly ShopifyRowResult Set = new ShopifyRowResult.Set();
    private static readonly ShopifyRowResult Stale = new ShopifyRowResult.Stale();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Bad_rows_among_hundreds_are_told_apart_and_all_others_are_set()
    {
        await using var app = await SandboxApp.StartAsync(("Shopify:ApiVersion", "2026-07"));
        for (var number = 0; number < 250; number++)
        {
            app.State.Add(new SandboxProduct($"S-{number}", "Sock")
            {
                InventoryItemId = 9000 + number,
                Available = 10,
                BundleAtShopify = number == 40,
                Level = number == 50 ? SandboxLevel.None : SandboxLevel.Active,
            });
        }

        var changes = Enumerable.Range(0, 250).Select(number => Change(9000 + number, 3, number is 0 or 77 or 249 ? 11 : 10)).ToList();
        changes[60] = Change(42, 3, 10);
        changes[61] = changes[61] with { Quantity = 1_000_000_001 };

        // The same item twice: the later one finds what the earlier one has set.
        changes.Add(Change(9100, 4, 3));
        changes.Add(Change(9101, 4, 10));

        var results = await app.SkipPausesAsync(app.Shopify.SetAvailableAsync(changes, Reference, Token));

        Assert.Equal(252, results.Count);
        Assert.Equal([0, 77, 249, 251], Where(results, result => result is ShopifyRowResult.Stale));
        Assert.Equal([50], Where(results, result => result is ShopifyRowResult.NotStocked));
        Assert.Equal([40, 60, 61], Where(results, result => result is ShopifyRowResult.Refused));
        Assert.Equal(["shopify/non_mutable_inventory_item", "shopify/invalid_inventory_item", "shopify/invalid_quantity_too_high"], new[] { 40, 60, 61 }.Select(row => FailureOf(results[row]).Code));
        Assert.Equal(244, app.State.Mutations.Count);
        Assert.Equal(4, app.State.FindItem(9100)!.Available);
        Assert.All(Where(results, result => result is ShopifyRowResult.Set).Where(row => row < 250 && row != 100), row => Assert.Equal(3, app.State.FindItem(9000 + row)!.Available));

        // 250 rows, then those without the seven bad ones, then the two later ones, of which one is stale.
        Assert.Equal(2, app.State.Mutations.Select(mutation => mutation.IdempotencyKey).Distinct().Count());
    }

    [Fact]
    public async Task A_call_has_up_to_250_rows_and_never_two_of_the_same_item_and_location()
    {
        await using var far = new FarEnd { Responses = [FarEnd.Json(SetAll)] };
        List<ShopifyChange> changes = [.. Enumerable.Range(1, 260).Select(item => Change(item, 1, 0)), Change(1, 2, 1), Change(1, 3, 2), Change(2, 2, 1), Change(1, 2, 1) with { LocationId = 6 }];

        var results = await far.SkipPausesAsync(far.Shopify.SetAvailableAsync(changes, Reference, Token));

        Assert.All(results, result => Assert.Equal(Set, result));
        Assert.Equal(264, results.Count);
        var calls = far.Requests.Select(Rows).ToList();
        Assert.Equal([250, 11, 2, 1], calls.Select(call => call.Count));
        Assert.All(calls, call => Assert.Equal(call.Count, call.Select(row => (row.Item, row.Location)).Distinct().Count()));
        Assert.Equal([1, 2, 3], calls.SelectMany(call => call.Where(row => row is { Item: "gid://shopify/InventoryItem/1", Location: "gid://shopify/Location/5" })).Select(row => row.Quantity));
    }

    [Fact]
    public async Task The_rows_that_are_not_named_are_sent_again_under_another_key()
    {
        await using var far = new FarEnd { Responses = [Refused(StaleRow(1)), FarEnd.Json(SetAll)] };

        var results = await SetAsync(far, 3);

        Assert.Equal([Set, Stale, Set], results);
        Assert.Equal(["1 2 3", "1 3"], far.Requests.Select(Items));
        Assert.Equal(2, far.Requests.Select(Key).Distinct().Count());
    }

    // Each answer names only its first row: as a whole three times, then in halves, down to single rows.
    [Fact]
    public async Task Rows_that_are_refused_one_after_the_other_come_to_an_end()
    {
        await using var far = new FarEnd { Responses = [Refused(StaleRow(0))] };

        var results = await SetAsync(far, 12);

        Assert.All(results, result => Assert.Equal(Stale, result));
        Assert.Equal([12, 11, 10, 9, 4, 2, 1, 1, 4, 2, 1, 1], far.Requests.Select(request => Rows(request).Count));
        Assert.Equal(12, far.Requests.Select(Key).Distinct().Count());
    }

    [Fact]
    public async Task A_stale_row_that_is_not_named_is_found_by_sending_fewer()
    {
        const string stale = """{"code":"CHANGE_FROM_QUANTITY_STALE","field":null,"message":"Stale."}""";
        await using var far = new FarEnd { Responses = [Refused(stale), Refused(stale), Refused(stale), FarEnd.Json(SetAll)] };

        Assert.Equal([Stale, Set, Set, Set], await SetAsync(far, 4));
        Assert.Equal(["1 2 3 4", "1 2", "1", "2", "3 4"], far.Requests.Select(Items));
    }

    [Fact]
    public async Task An_outage_after_some_rows_are_known_does_not_hide_them()
    {
        await using var far = new FarEnd { Responses = [Refused(StaleRow(1)), FarEnd.Json("", 503)] };

        var results = await SetAsync(far, 3);

        Assert.Equal(Stale, results[1]);
        Assert.All([results[0], results[2]], result => Assert.Equal(("shopify/http-503", true), (FailureOf(result).Code, FailureOf(result).Transient)));
    }

    [Fact]
    public async Task A_throttle_after_some_rows_are_known_postpones_the_others()
    {
        await using var far = new FarEnd { Responses = [Refused(StaleRow(1)), FarEnd.Json("", 429, "Retry-After: 30")] };

        var results = await SetAsync(far, 3);

        Assert.Equal(Stale, results[1]);
        Assert.All([results[0], results[2]], result => Assert.Equal(TimeSpan.FromSeconds(30), Assert.IsType<PostponedException>(Assert.IsType<ShopifyRowResult.Refused>(result).Failure).Delay));
    }

    [Fact]
    public async Task A_throttle_before_anything_is_known_postpones_all()
    {
        await using var far = new FarEnd { Responses = [FarEnd.Json("", 429, "Retry-After: 30")] };

        Assert.Equal(TimeSpan.FromSeconds(30), (await far.PostponedAsync(far.Shopify.SetAvailableAsync([Change(1, 2, 1)], Reference, Token))).Delay);
    }

    [Fact]
    public async Task An_outage_before_anything_is_known_is_a_failure_of_the_whole()
    {
        await using var far = new FarEnd { Responses = [FarEnd.Json("", 503)] };

        Assert.Equal("shopify/http-503", (await far.FailureOfAsync(far.Shopify.SetAvailableAsync([Change(1, 2, 1)], Reference, Token))).Code);
        Assert.Single(far.Requests.Select(Key).Distinct());
    }

    [Fact]
    public async Task No_changes_make_no_call()
    {
        await using var far = new FarEnd();

        Assert.Empty(await far.Shopify.SetAvailableAsync([], Reference, Token));
        Assert.Equal(0, far.Calls);
    }

    private static ShopifyChange Change(long item, int quantity, int from) => new(item, item >= 9000 || item == 42 ? 24826418 : 5, quantity, from, "01J/1/1");

    private static Task<IReadOnlyList<ShopifyRowResult>> SetAsync(FarEnd far, int rows) =>
        far.SkipPausesAsync(far.Shopify.SetAvailableAsync([.. Enumerable.Range(1, rows).Select(item => Change(item, 1, 0))], Reference, Token));

    private static ConnectorException FailureOf(ShopifyRowResult result) => Assert.IsType<ConnectorException>(Assert.IsType<ShopifyRowResult.Refused>(result).Failure);

    private static IEnumerable<int> Where(IReadOnlyList<ShopifyRowResult> results, Predicate<ShopifyRowResult> which) => Enumerable.Range(0, results.Count).Where(row => which(results[row]));

    private static string StaleRow(int row) => $$"""{"code":"CHANGE_FROM_QUANTITY_STALE","field":["input","quantities","{{row}}","changeFromQuantity"],"message":"Stale."}""";

    private static string Refused(string errors) => FarEnd.Json($$$$"""{"data":{"inventorySetQuantities":{"inventoryAdjustmentGroup":null,"userErrors":[{{{{errors}}}}]}}}""");

    private static JsonElement Variables(string request) => JsonElement.Parse(request[(request.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]).GetProperty("variables");

    private static string? Key(string request) => Variables(request).GetProperty("key").GetString();

    private static string Items(string request) => string.Join(' ', Rows(request).Select(row => row.Item.Split('/')[^1]));

    private static List<(string Item, string Location, int Quantity)> Rows(string request) =>
    [
        .. Variables(request).GetProperty("input").GetProperty("quantities").EnumerateArray()
            .Select(row => (row.GetProperty("inventoryItemId").GetString()!, row.GetProperty("locationId").GetString()!, row.GetProperty("quantity").GetInt32())),
    ];
}
