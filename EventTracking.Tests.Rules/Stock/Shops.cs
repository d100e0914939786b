using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;

namespace EventTracking.Tests.Rules.Stock;

/// <summary>
/// Shopify and Brightpearl behind the connectors, with product 1008 only, which is inventory item 7 at location 5. Each
/// call takes ten milliseconds.
/// </summary>
internal sealed class Shops(FakeTimeProvider time) : HttpMessageHandler
{
    public static readonly TimeSpan CallTime = TimeSpan.FromMilliseconds(10);

    private const string Accepted = """{"data":{"inventorySetQuantities":{"userErrors":[]}}}""";

    public int Available { get; set; } = 12;

    public int Committed { get; set; }

    public int OnHand { get; set; } = 9;

    public int Allocated { get; set; }

    public bool IsStocked { get; set; } = true;

    public bool IsTracked { get; set; } = true;

    /// <summary>The quantity that Brightpearl leaves out of its answer.</summary>
    public string? LeavesOut { get; set; }

    /// <summary>Runs before Shopify looks at a write.</summary>
    public Func<Task> BeforeWrite { get; set; } = () => Task.CompletedTask;

    /// <summary>Runs after Shopify's level was read.</summary>
    public Func<Task> AfterLevel { get; set; } = () => Task.CompletedTask;

    /// <summary>What was called, in order.</summary>
    public List<string> Calls { get; } = [];

    /// <summary>The idempotency keys and references of the writes.</summary>
    public List<(string Key, string Reference)> Writes { get; } = [];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = request.Method == HttpMethod.Get
            ? Availability()
            : await GraphAsync(JsonDocument.Parse(await request.Content!.ReadAsStringAsync(cancellationToken)).RootElement);
        time.Advance(CallTime);
        return new HttpResponseMessage(answer is null ? HttpStatusCode.NotFound : HttpStatusCode.OK)
        {
            Content = new StringContent(answer ?? """{"errors":[{"code":"CMNC-404","message":"No Product Availability Found"}]}""", Encoding.UTF8, "application/json"),
        };
    }

    private string? Availability()
    {
        Calls.Add("availability");
        var stock = string.Create(CultureInfo.InvariantCulture, $$"""{"onHand":{{OnHand}},"allocated":{{Allocated}}}""");
        stock = LeavesOut is { } name ? stock.Replace(name, "inStock", StringComparison.Ordinal) : stock;
        return IsTracked ? $$$$"""{"response":{"1008":{"total":{{{{stock}}}}}}}""" : null;
    }

    private async Task<string> GraphAsync(JsonElement call)
    {
        if (call.GetProperty("operationName").GetString() == "InventoryItems")
        {
            Calls.Add("level");
            var level = IsStocked
                ? string.Create(CultureInfo.InvariantCulture, $$"""{"quantities":[{"name":"available","quantity":{{Available}}},{"name":"committed","quantity":{{Committed}}}]}""")
                : "null";
            await AfterLevel();
            return $$"""{"data":{"nodes":[{"id":"gid://shopify/InventoryItem/7","sku":"MUG","tracked":true,"inventoryLevel":{{level}} }] } }""";
        }

        await BeforeWrite();
        var input = call.GetProperty("variables").GetProperty("input");
        var quantity = input.GetProperty("quantities")[0];
        var to = quantity.GetProperty("quantity").GetInt32();
        if (quantity.GetProperty("changeFromQuantity") is not { ValueKind: JsonValueKind.Number } compared)
        {
            Calls.Add(string.Create(CultureInfo.InvariantCulture, $"nothing to {to}"));
            (IsStocked, Available) = (true, to);
            return Accepted;
        }

        if (!IsStocked)
        {
            Calls.Add("refused");
            return """{"data":{"inventorySetQuantities":{"userErrors":[{"code":"ITEM_NOT_STOCKED_AT_LOCATION","field":["input","quantities","0","locationId"],"message":"not stocked"}]}}}""";
        }

        var from = compared.GetInt32();
        Calls.Add(string.Create(CultureInfo.InvariantCulture, $"{from} to {to}"));
        Writes.Add((call.GetProperty("variables").GetProperty("key").GetString()!, input.GetProperty("referenceDocumentUri").GetString()!));
        if (from != Available)
        {
            return """{"data":{"inventorySetQuantities":{"userErrors":[{"code":"CHANGE_FROM_QUANTITY_STALE","message":"stale"}]}}}""";
        }

        Available = to;
        return Accepted;
    }
}
