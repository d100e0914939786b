using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using EventTracking.Api.Sandbox;
using EventTracking.Stock.Connectors.Shopify;
using EventTracking.Tests.Api;
using EventTracking.Tests.Stock.Catalog;

namespace EventTracking.Tests.Sandbox;

/// <summary>The sandbox refuses what the real Admin API refuses, so that a mistake is noticed here first.</summary>
public sealed class ShopifySandboxTests : IAsyncLifetime
{
    private const long Mug = 271878346596884015;
    private const long Location = 24826418;

    private const string SetQuantities =
        "mutation Set($input: InventorySetQuantitiesInput!, $key: String!) { inventorySetQuantities(input: $input) @idempotent(key: $key) { inventoryAdjustmentGroup { id reason } userErrors { code field message } } }";

    private SandboxApp app = null!;

    public async ValueTask InitializeAsync() => app = await SandboxApp.StartAsync();

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    [Theory]
    [InlineData("query Q($ids: [ID!]!) { nodes(ids: $ids) { id skuu } }", "undefinedField")]
    [InlineData("query Q($ids: [ID!]!) { nodes(ids: $ids) { ... on InventoryItem { id skuu } } }", "undefinedField")]
    [InlineData("query Q($ids: [ID!]!) { nodes(ids: $ids) { ... on InventoryThing { id } } }", "undefinedType")]
    [InlineData("query Q($ids: [ID!]!) { nodez(ids: $ids) { id } }", "undefinedField")]
    [InlineData("query Q($ids: [ID!]!) { nodes(id: $ids) { id } }", "argumentNotAccepted")]
    [InlineData("query Q($ids: [ID!]!) { nodes { id } }", "missingRequiredArguments")]
    [InlineData("query Q($ids: [ID!]!) { nodes(ids: $other) { id } }", "variableNotDefined")]
    [InlineData("query Q($ids: [ID!]!, $more: String) { nodes(ids: $ids) { id } }", "variableNotUsed")]
    [InlineData("query Q($ids: String!) { nodes(ids: $ids) { id } }", "variableMismatch")]
    [InlineData("query Q($ids: [ID!]!) { nodes(ids: $ids) }", "selectionMismatch")]
    [InlineData("query Q($ids: [ID!]!) { nodes(ids: $ids) { id { name } } }", "selectionMismatch")]
    [InlineData("query Q($ids: [ID!]!) { nodes(ids: $ids) @once { id } }", "undefinedDirective")]
    [InlineData("query Q($ids: [ID!]!) { nodes(ids: $ids) { ... on InventoryItem { inventoryLevel(locationId: 7, includeInactive: 1) { id } } } }", "argumentLiteralsIncompatible")]
    [InlineData("mutation Q($ids: [ID!]!) { nodes(ids: $ids) { id } }", "undefinedField")]
    public async Task A_document_that_the_schema_does_not_know_is_refused(string query, string code)
    {
        var answer = await AskAsync(query, $$"""{"ids":["gid://shopify/InventoryItem/{{Mug}}"]}""");

        Assert.Contains(code, answer.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("extensions").GetProperty("code").GetString()));
        Assert.False(answer.TryGetProperty("data", out _));
    }

    [Theory]
    [InlineData("query Q { nodes(ids: [")]
    [InlineData("query Q { nodes(ids: \"x) { id } }")]
    [InlineData("subscription Q { nodes(ids: []) { id } }")]
    [InlineData("query Q { ...Named } fragment Named on QueryRoot { nodes(ids: []) { id } }")]
    [InlineData("")]
    [InlineData("{")]
    public async Task What_is_not_GraphQL_is_refused(string query)
    {
        var answer = await AskAsync(query, "{}");

        Assert.NotEqual("", answer.GetProperty("errors")[0].GetProperty("message").GetString());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"ids":null}""")]
    [InlineData("""{"ids":[null]}""")]
    [InlineData("""{"ids":"x"}""")]
    [InlineData("""{"ids":[true]}""")]
    public async Task Variables_that_do_not_fit_are_refused(string variables)
    {
        var answer = await AskAsync("query Q($ids: [ID!]!) { nodes(ids: $ids) { id } }", variables);

        Assert.Equal("INVALID_VARIABLE", answer.GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("2025-10")]
    [InlineData("2026-02")]
    [InlineData("latest")]
    public async Task An_unknown_version_is_not_found(string version)
    {
        using var response = await SendAsync("{}", version);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Theory]
    [InlineData("2026-01", false)]
    [InlineData("2026-04", true)]
    [InlineData("unstable", true)]
    public async Task Only_later_versions_know_inactive_levels(string version, bool known)
    {
        const string query = "query Q($id: ID!, $location: ID!) { inventoryItem(id: $id) { inventoryLevel(locationId: $location, includeInactive: true) { isActive } } }";

        var answer = await AskAsync(query, $$"""{"id":"gid://shopify/InventoryItem/{{Mug}}","location":"gid://shopify/Location/{{Location}}"}""", version);

        Assert.Equal(known, answer.TryGetProperty("data", out var data));
        Assert.True(!known || data.GetProperty("inventoryItem").GetProperty("inventoryLevel").GetProperty("isActive").GetBoolean());
    }

    [Fact]
    public async Task Only_what_is_selected_is_answered_under_the_names_that_are_asked_for()
    {
        var answer = await AskAsync(
            "query Q($ids: [ID!]!) { nodes(ids: $ids) { __typename number: id ... on InventoryItem { sku } ... on InventoryLevel { isActive } } }",
            $$"""{"ids":["gid://shopify/InventoryItem/{{Mug}}","gid://shopify/InventoryItem/1"]}""");

        Assert.Equal($$"""{"nodes":[{"__typename":"InventoryItem","number":"gid://shopify/InventoryItem/{{Mug}}","sku":"MUG-BLUE"},null]}""", answer.GetProperty("data").GetRawText());
    }

    [Fact]
    public async Task More_than_250_ids_or_rows_are_refused()
    {
        var ids = JsonSerializer.Serialize(Enumerable.Range(1, 251).Select(id => $"gid://shopify/InventoryItem/{id}"));
        var rows = string.Join(',', Enumerable.Range(1, 251).Select(id => Row(id, 1, 1)));

        var read = await AskAsync("query Q($ids: [ID!]!) { nodes(ids: $ids) { id } }", $$"""{"ids":{{ids}}}""");
        var written = await SetAsync(rows);

        Assert.All([read, written], answer => Assert.Equal("MAX_INPUT_SIZE_EXCEEDED", answer.GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString()));
    }

    [Fact]
    public async Task Each_bad_row_has_an_error_that_names_it_and_no_row_is_set()
    {
        var answer = await SetAsync($"{Row(Mug, 5, 12)},{Row(42, 1, 1)},{Row(Mug + 1, 3, 99)},{Row(Mug + 2, 1_000_000_001, 40)},{Row(Mug + 3, 1, 5, Location + 1)}");

        Assert.Equal(
            [
                "INVALID_INVENTORY_ITEM input.quantities.1.inventoryItemId",
                "CHANGE_FROM_QUANTITY_STALE input.quantities.2.changeFromQuantity",
                "INVALID_QUANTITY_TOO_HIGH input.quantities.3.quantity",
                "INVALID_LOCATION input.quantities.4.locationId",
            ],
            ErrorsOf(answer));
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("data").GetProperty("inventorySetQuantities").GetProperty("inventoryAdjustmentGroup").ValueKind);
        Assert.Empty(app.State.Mutations);
    }

    [Fact]
    public async Task Both_rows_of_a_pair_are_refused()
    {
        var answer = await SetAsync($"{Row(Mug, 5, 12)},{Row(Mug + 1, 3, 7)},{Row(Mug, 5, 12)}");

        Assert.Equal(
            ["NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR input.quantities.0.locationId", "NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR input.quantities.2.locationId"],
            ErrorsOf(answer));
    }

    [Theory]
    [InlineData("available", -4, null, -4)]
    [InlineData("on_hand", 4, null, 4)]
    [InlineData("on_hand", -4, "INVALID_QUANTITY_NEGATIVE input.quantities.0.quantity", 12)]
    [InlineData("incoming", 4, "INVALID_NAME input.name", 12)]
    public async Task Available_may_be_negative_and_on_hand_may_not(string name, int quantity, string? error, int available)
    {
        var answer = await SetAsync(Row(Mug, quantity, 12), name: name);

        Assert.Equal(error is null ? [] : [error], ErrorsOf(answer));
        Assert.Equal(available, app.State.FindItem(Mug)!.Available);
    }

    [Theory]
    [InlineData("2026-01", "COMPARE_QUANTITY_REQUIRED input.quantities.0.compareQuantity")]
    [InlineData("2026-04", "INVALID_FIELD_ARGUMENTS")]
    [InlineData("2026-10", "INVALID_FIELD_ARGUMENTS")]
    public async Task A_row_without_a_comparison_is_refused(string version, string error)
    {
        var answer = await SetAsync($$"""{"inventoryItemId":"gid://shopify/InventoryItem/{{Mug}}","locationId":"gid://shopify/Location/{{Location}}","quantity":1}""", version: version);

        Assert.Equal(error, answer.TryGetProperty("errors", out var errors) ? errors[0].GetProperty("extensions").GetProperty("code").GetString() : ErrorsOf(answer)[0]);
        Assert.Empty(app.State.Mutations);
    }

    [Theory]
    [InlineData("compareQuantity")]
    [InlineData("sku")]
    public async Task A_row_with_a_field_that_the_version_does_not_know_is_refused(string field)
    {
        var answer = await SetAsync(Row(Mug, 5, 12).Replace("\"quantity\"", $"\"{field}\":1,\"quantity\"", StringComparison.Ordinal));

        Assert.Equal("INVALID_VARIABLE", answer.GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("2026-01", true)]
    [InlineData("2026-04", false)]
    public async Task The_idempotency_key_is_mandatory_since_2026_04(string version, bool accepted)
    {
        var query = SetQuantities.Replace(", $key: String!", "", StringComparison.Ordinal).Replace("@idempotent(key: $key) ", "", StringComparison.Ordinal);

        var answer = await AskAsync(query, $$"""{"input":{{Input(Row(Mug, 5, 12))}}}""", version);

        Assert.Equal(accepted, answer.TryGetProperty("data", out _));
        Assert.Equal(accepted ? 1 : 0, app.State.Mutations.Count);
    }

    [Fact]
    public async Task A_key_is_good_for_one_operation_and_one_day()
    {
        var first = await SetAsync(Row(Mug, 5, 12), key: "a");
        var again = await SetAsync(Row(Mug, 5, 12), key: "a");
        var other = await SetAsync(Row(Mug, 6, 5), key: "a");
        var stale = await SetAsync(Row(Mug, 6, 99), key: "b");
        var staleAgain = await SetAsync(Row(Mug, 6, 99), key: "b");
        app.Time.Advance(TimeSpan.FromHours(25));
        var nextDay = await SetAsync(Row(Mug, 5, 12), key: "a");

        Assert.Equal(first.GetProperty("data").GetRawText(), again.GetProperty("data").GetRawText());
        Assert.Equal(["IDEMPOTENCY_KEY_PARAMETER_MISMATCH input"], ErrorsOf(other));
        Assert.Equal(["CHANGE_FROM_QUANTITY_STALE input.quantities.0.changeFromQuantity"], ErrorsOf(stale));
        Assert.Equal(["IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED input"], ErrorsOf(staleAgain));
        Assert.Equal(["CHANGE_FROM_QUANTITY_STALE input.quantities.0.changeFromQuantity"], ErrorsOf(nextDay));
        Assert.Single(app.State.Mutations);
    }

    [Theory]
    [InlineData("2026-01", "inactive", false)]
    [InlineData("2026-04", "inactive", true)]
    [InlineData("2026-07", "none", false)]
    [InlineData("2026-10", "none", true)]
    public async Task Where_an_item_is_not_stocked_the_version_decides(string version, string level, bool accepted)
    {
        using var changed = await app.PutAsync($"/sandbox/control/shopify/items/{Mug}/level", $$"""{"level":"{{level}}"}""");

        var answer = await SetAsync(Row(Mug, 5, 12), version: version);

        Assert.Equal(accepted ? [] : ["ITEM_NOT_STOCKED_AT_LOCATION input.quantities.0.locationId"], ErrorsOf(answer));
        Assert.Equal("inventory_levels/disconnect", (await app.NextDeliveryAsync()).Topic);
    }

    [Theory]
    [InlineData("2026-01", "inactive", false)]
    [InlineData("2026-04", "inactive", true)]
    [InlineData("2026-10", "none", false)]
    public async Task The_client_sees_the_levels_that_its_version_shows(string version, string level, bool seen)
    {
        await using var other = await SandboxApp.StartAsync(("Shopify:ApiVersion", version));
        using var changed = await other.PutAsync($"/sandbox/control/shopify/items/{Mug}/level", $$"""{"level":"{{level}}","webhook":false}""");

        var item = (await other.Shopify.GetItemsAsync([Mug], TestContext.Current.CancellationToken))[Mug];

        Assert.Equal(seen ? new ShopifyLevel(12, 0) : null, item.Level);
    }

    [Theory]
    [InlineData("first: 251")]
    [InlineData("after: \"10\"")]
    public async Task A_page_has_a_size_up_to_250(string arguments)
    {
        var answer = await AskAsync($$"""query Q { productVariants({{arguments}}, query: "sku:\"MUG\"") { nodes { sku } } }""", "{}");

        Assert.Equal("BAD_REQUEST", answer.GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString());
    }

    private static string Row(long item, int quantity, int from, long location = Location) =>
        $$"""{"inventoryItemId":"gid://shopify/InventoryItem/{{item}}","locationId":"gid://shopify/Location/{{location}}","quantity":{{quantity}},"changeFromQuantity":{{from}}}""";

    private static string Input(string rows, string name = "available") => $$"""{"name":"{{name}}","reason":"correction","referenceDocumentUri":"gid://test/Event/1","quantities":[{{rows}}]}""";

    private static IReadOnlyList<string> ErrorsOf(JsonElement answer) =>
    [
        .. answer.GetProperty("data").GetProperty("inventorySetQuantities").GetProperty("userErrors").EnumerateArray()
            .Select(error => $"{error.GetProperty("code").GetString()} {string.Join('.', error.GetProperty("field").EnumerateArray().Select(step => step.GetString()))}"),
    ];

    private Task<JsonElement> SetAsync(string rows, string name = "available", string version = "2026-10", string? key = null) =>
        AskAsync(SetQuantities, $$"""{"input":{{Input(rows, name)}},"key":"{{key ?? Guid.NewGuid().ToString()}}"}""", version);

    private async Task<JsonElement> AskAsync(string query, string variables, string version = "2026-10")
    {
        using var response = await SendAsync($$"""{"query":{{JsonSerializer.Serialize(query)}},"variables":{{variables}}}""", version);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
    }

    private async Task<HttpResponseMessage> SendAsync(string body, string version)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/sandbox/shopify/admin/api/{version}/graphql.json") { Content = Body.Json(body) };
        request.Headers.Add("X-Shopify-Access-Token", "token-of-shopify");
        return await app.Http.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
