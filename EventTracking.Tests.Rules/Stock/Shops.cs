using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventTracking.Stock.Connectors.Brightpearl;
using Microsoft.Extensions.Time.Testing;

namespace EventTracking.Tests.Rules.Stock;

/// <summary>
/// Shopify and Brightpearl behind the connectors, at location 5 and, if the settings name it, at location 6. At first they have one
/// product, 1008, which is inventory item 7. Each call takes ten milliseconds.
/// </summary>
internal sealed class Shops(FakeTimeProvider time) : HttpMessageHandler
{
    public const long Product = 1008;
    public const long Item = 7;

    /// <summary>The second location.</summary>
    public const long Other = 6;

    public static readonly TimeSpan CallTime = TimeSpan.FromMilliseconds(10);

    /// <summary>What Shopify has, by inventory item.</summary>
    public Dictionary<long, ShopItem> Items { get; } = new() { [Item] = new ShopItem("MUG") { Available = 12 } };

    /// <summary>What Brightpearl has, by product.</summary>
    public Dictionary<long, ShopProduct> Products { get; } = new() { [Product] = new ShopProduct("MUG") { OnHand = 9 } };

    public int Available
    {
        get => Items[Item].Available;
        set => Items[Item].Available = value;
    }

    public int Committed
    {
        get => Items[Item].Committed;
        set => Items[Item].Committed = value;
    }

    public int OnHand
    {
        get => Products[Product].OnHand;
        set => Products[Product].OnHand = value;
    }

    public bool IsStocked
    {
        set => Items[Item].IsStocked = value;
    }

    public bool IsTracked
    {
        set => Products[Product].IsTracked = value;
    }

    /// <summary>Shopify refuses every call with this status; null if it accepts the token.</summary>
    public HttpStatusCode? Refuses { get; set; }

    /// <summary>Brightpearl throttles every call until then: all calls of the account are used up; null if it does not.</summary>
    public DateTimeOffset? UsedUpUntil { get; set; }

    /// <summary>Shopify answers that it has none of the items that are asked for.</summary>
    public bool IsEmpty { get; set; }

    /// <summary>How many rows a page of Brightpearl's whole catalog has; the real one has 500.</summary>
    public int ProductsPerPage { get; set; } = 500;

    /// <summary>How many items a page of Shopify's whole catalog has; the real one has 250.</summary>
    public int ItemsPerPage { get; set; } = 250;

    /// <summary>Runs before a page of a whole catalog is read.</summary>
    public Func<Task> BeforePage { get; set; } = () => Task.CompletedTask;

    /// <summary>The quantity that Brightpearl leaves out of its answers, or <c>everything</c>.</summary>
    public string? LeavesOut { get; set; }

    /// <summary>What Brightpearl's search, which lags behind, finds by a SKU; what <see cref="Products"/> has if it does not lag.</summary>
    public Dictionary<string, long[]> Searches { get; } = [];

    /// <summary>Shopify's search, which lags behind, finds nothing yet.</summary>
    public bool SearchLags { get; set; }

    /// <summary>Runs before Shopify looks at a write.</summary>
    public Func<Task> BeforeWrite { get; set; } = () => Task.CompletedTask;

    /// <summary>Runs after Shopify's level was read.</summary>
    public Func<Task> AfterLevel { get; set; } = () => Task.CompletedTask;

    /// <summary>What was called, in order.</summary>
    public List<string> Calls { get; } = [];

    /// <summary>The idempotency keys and references of the writes, and the items that they were for with their SKUs at that time.</summary>
    public List<(string Key, string Reference, long Item, string? Sku, int To)> Writes { get; } = [];

    /// <summary>The rows of the writes: the location, and what it was to be changed from and to.</summary>
    public List<(long Location, int From, int To)> Rows { get; } = [];

    /// <summary>The location of which Shopify refuses every row; null for none.</summary>
    public long? RefusesAt { get; set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.RequestUri!.Query.StartsWith("?firstResult=", StringComparison.Ordinal))
        {
            await BeforePage();
        }

        if (request.Method == HttpMethod.Get && UsedUpUntil - time.GetUtcNow() is { } left && left > TimeSpan.Zero)
        {
            Note("throttled");
            var throttled = new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
            throttled.Headers.Add(BrightpearlThrottle.RemainingHeader, "0");
            throttled.Headers.Add(BrightpearlThrottle.NextPeriodHeader, left.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture));
            return throttled;
        }

        var (status, answer) = request.Method == HttpMethod.Get
            ? Brightpearl(request.RequestUri!)
            : await ShopifyAsync(JsonDocument.Parse(await request.Content!.ReadAsStringAsync(cancellationToken)).RootElement);
        time.Advance(CallTime);
        return new HttpResponseMessage(status) { Content = new StringContent(answer, Encoding.UTF8, "application/json") };
    }

    /// <summary>Events that share no call are at both shops at once.</summary>
    private void Note(string call)
    {
        lock (Calls)
        {
            Calls.Add(call);
        }
    }

    private (HttpStatusCode Status, string Answer) Brightpearl(Uri address)
    {
        var parts = address.AbsolutePath.Split('/');
        switch (parts[^2], parts[^1])
        {
            case (_, "product-search") when address.Query.StartsWith("?firstResult=", StringComparison.Ordinal):
                return CatalogPage(int.Parse(address.Query["?firstResult=".Length..address.Query.IndexOf('&', StringComparison.Ordinal)], CultureInfo.InvariantCulture));
            case (_, "product-search"):
                Note("search at Brightpearl");
                var sku = Uri.UnescapeDataString(address.Query.TrimStart('?').Split('&').Single(pair => pair.StartsWith("SKU=", StringComparison.Ordinal))["SKU=".Length..]);
                var rows = new JsonArray([.. (Searches.GetValueOrDefault(sku) ?? Products.Where(product => product.Value.Sku == sku).Select(product => product.Key)).Select(id => new JsonArray(id, sku))]);
                return (HttpStatusCode.OK, new JsonObject
                {
                    ["response"] = new JsonObject
                    {
                        ["results"] = rows,
                        ["metaData"] = new JsonObject
                        {
                            ["columns"] = new JsonArray(new JsonObject { ["name"] = "productId" }, new JsonObject { ["name"] = "SKU" }),
                            ["morePagesAvailable"] = false,
                            ["lastResult"] = rows.Count,
                        },
                    },
                }.ToJsonString());
            case ("product", var ids):
                Note("product");
                return Answer(Find(ids), found => new JsonArray([.. found.Select(product => new JsonObject
                {
                    ["id"] = product.Key,
                    ["identity"] = new JsonObject { ["sku"] = product.Value.Sku },
                    ["stock"] = new JsonObject { ["stockTracked"] = product.Value.IsTracked },
                    ["composition"] = new JsonObject { ["bundle"] = product.Value.IsBundle },
                })]));
            case var (_, ids):
                Note("availability");
                return Answer(Find(ids).Where(product => product.Value.IsTracked && LeavesOut != "everything"), found => new JsonObject(found.Select(product => KeyValuePair.Create(
                    product.Key.ToString(CultureInfo.InvariantCulture),
                    (JsonNode?)new JsonObject
                    {
                        ["total"] = new JsonObject { [LeavesOut == "onHand" ? "inStock" : "onHand"] = product.Value.OnHand, ["allocated"] = 0 },
                        ["warehouses"] = new JsonObject(product.Value.Warehouses.Select(warehouse => KeyValuePair.Create(
                            warehouse.Key.ToString(CultureInfo.InvariantCulture),
                            (JsonNode?)new JsonObject { [LeavesOut == "onHand" ? "inStock" : "onHand"] = warehouse.Value.OnHand, ["allocated"] = warehouse.Value.Allocated }))),
                    }))));
        }
    }

    private (HttpStatusCode Status, string Answer) CatalogPage(int first)
    {
        Calls.Add(string.Create(CultureInfo.InvariantCulture, $"products from {first}"));
        var rows = Products.OrderBy(product => product.Key).Skip(first - 1).Take(ProductsPerPage).ToList();
        return (HttpStatusCode.OK, new JsonObject
        {
            ["response"] = new JsonObject
            {
                ["results"] = new JsonArray([.. rows.Select(product => new JsonArray(product.Key, product.Value.Sku, product.Value.ListsTracking ? product.Value.IsTracked : null))]),
                ["metaData"] = new JsonObject
                {
                    ["columns"] = new JsonArray(new JsonObject { ["name"] = "productId" }, new JsonObject { ["name"] = "SKU" }, new JsonObject { ["name"] = "stockTracked" }),
                    ["resultsAvailable"] = Products.Count,
                    ["morePagesAvailable"] = first - 1 + rows.Count < Products.Count,
                    ["lastResult"] = first - 1 + rows.Count,
                },
            },
        }.ToJsonString());
    }

    private IEnumerable<KeyValuePair<long, ShopProduct>> Find(string ids) =>
        BrightpearlIdSet.TryParse(ids, out var set, out _) ? Products.Where(product => set.Take(200).Contains(product.Key)) : [];

    private static (HttpStatusCode Status, string Answer) Answer(IEnumerable<KeyValuePair<long, ShopProduct>> products, Func<IReadOnlyList<KeyValuePair<long, ShopProduct>>, JsonNode> compose) =>
        products.ToList() is { Count: > 0 } found
            ? (HttpStatusCode.OK, new JsonObject { ["response"] = compose(found) }.ToJsonString())
            : (HttpStatusCode.NotFound, """{"errors":[{"code":"CMNC-404","message":"No Product Found"}]}""");

    private async Task<(HttpStatusCode Status, string Answer)> ShopifyAsync(JsonElement call)
    {
        var operation = call.GetProperty("operationName").GetString();
        var variables = call.GetProperty("variables");
        if (Refuses is { } status)
        {
            Note("refused");
            return (status, """{"errors":"[API] Invalid API key or access token (unrecognized login or wrong password)"}""");
        }

        switch (operation)
        {
            case "InventoryItems":
                Note("level");
                var nodes = new JsonArray([.. variables.GetProperty("ids").EnumerateArray().Select(gid => IsEmpty ? null : Node(IdOf(gid)))]);
                await AfterLevel();
                return Data("nodes", nodes);
            case "InventoryCatalog":
                Calls.Add("page of items");
                var start = variables.GetProperty("after") is { ValueKind: JsonValueKind.String } cursor ? int.Parse(cursor.GetString()!, CultureInfo.InvariantCulture) : 0;
                var from = variables.GetProperty("search") is { ValueKind: JsonValueKind.String } bound ? long.Parse(bound.GetString()!["id:>=".Length..], CultureInfo.InvariantCulture) : 0;
                var list = IsEmpty ? [] : Items.Keys.Where(id => id >= from).Order().ToList();
                var more = start + ItemsPerPage < list.Count;
                return Data("inventoryItems", new JsonObject
                {
                    ["pageInfo"] = new JsonObject { ["hasNextPage"] = more, ["endCursor"] = more ? (start + ItemsPerPage).ToString(CultureInfo.InvariantCulture) : null },
                    ["nodes"] = new JsonArray([.. list.Skip(start).Take(ItemsPerPage).Select(Node)]),
                });
            case "VariantsBySku":
                Note("search at Shopify");
                var search = variables.GetProperty("search").GetString();
                var found = Items.Where(item => !SearchLags && search == $"sku:\"{item.Value.Sku}\"").Select(item => new JsonObject { ["inventoryItem"] = Node(item.Key) });
                return Data("productVariants", new JsonObject
                {
                    ["pageInfo"] = new JsonObject { ["hasNextPage"] = false, ["endCursor"] = null },
                    ["nodes"] = new JsonArray([.. found]),
                });
            default:
                return Data("inventorySetQuantities", new JsonObject { ["userErrors"] = await SetAsync(variables) });
        }
    }

    private async Task<JsonArray> SetAsync(JsonElement variables)
    {
        await BeforeWrite();
        var input = variables.GetProperty("input");
        var rows = input.GetProperty("quantities").EnumerateArray().ToList();
        var errors = new JsonArray([.. rows.Select((row, index) => Check(row, index, variables.GetProperty("key").GetString()!, input.GetProperty("referenceDocumentUri").GetString()!)).OfType<JsonObject>()]);
        foreach (var row in errors.Count == 0 ? rows : [])
        {
            var (item, quantity) = (Items[IdOf(row.GetProperty("inventoryItemId"))], row.GetProperty("quantity").GetInt32());
            if (IsElsewhere(row))
            {
                item.Elsewhere = (quantity, item.Elsewhere?.Committed ?? 0);
            }
            else
            {
                (item.IsStocked, item.Available) = (true, quantity);
            }
        }

        return errors;
    }

    private JsonObject? Check(JsonElement row, int index, string key, string reference)
    {
        var (id, to) = (IdOf(row.GetProperty("inventoryItemId")), row.GetProperty("quantity").GetInt32());
        var item = Items[id];
        if (row.GetProperty("changeFromQuantity") is not { ValueKind: JsonValueKind.Number } compared)
        {
            Note(string.Create(CultureInfo.InvariantCulture, $"nothing to {to}"));
            return null;
        }

        if (item.IsBundle)
        {
            Note("refused");
            return Error("NON_MUTABLE_INVENTORY_ITEM", index, "inventoryItemId");
        }

        if (RefusesAt == IdOf(row.GetProperty("locationId")))
        {
            Note("refused");
            return Error("INVALID_LOCATION", index, "locationId");
        }

        if (IsElsewhere(row) ? item.Elsewhere is null : !item.IsStocked)
        {
            Note("refused");
            return Error("ITEM_NOT_STOCKED_AT_LOCATION", index, "locationId");
        }

        var from = compared.GetInt32();
        Note(string.Create(CultureInfo.InvariantCulture, $"{from} to {to}"));
        Writes.Add((key, reference, id, item.Sku, to));
        Rows.Add((IdOf(row.GetProperty("locationId")), from, to));
        return from == (IsElsewhere(row) ? item.Elsewhere!.Value.Available : item.Available) ? null : Error("CHANGE_FROM_QUANTITY_STALE", index, "changeFromQuantity");
    }

    private static bool IsElsewhere(JsonElement row) => IdOf(row.GetProperty("locationId")) == Other;

    private static JsonObject Error(string code, int row, string field) => new()
    {
        ["code"] = code,
        ["field"] = new JsonArray("input", "quantities", row.ToString(CultureInfo.InvariantCulture), field),
        ["message"] = code,
    };

    private static (HttpStatusCode Status, string Answer) Data(string name, JsonNode value) =>
        (HttpStatusCode.OK, new JsonObject { ["data"] = new JsonObject { [name] = value } }.ToJsonString());

    private JsonObject? Node(long id) => Items.TryGetValue(id, out var item)
        ? new JsonObject
        {
            ["id"] = $"gid://shopify/InventoryItem/{id.ToString(CultureInfo.InvariantCulture)}",
            ["sku"] = item.Sku,
            ["tracked"] = item.IsTracked,
            ["at5"] = item.IsStocked ? Level(item.Available, item.Committed) : null,
            [$"at{Other.ToString(CultureInfo.InvariantCulture)}"] = item.Elsewhere is { } there ? Level(there.Available, there.Committed) : null,
        }
        : null;

    private static JsonObject Level(int available, int committed) => new() { ["quantities"] = new JsonArray(Quantity("available", available), Quantity("committed", committed)) };

    private static JsonObject Quantity(string name, int quantity) => new() { ["name"] = name, ["quantity"] = quantity };

    private static long IdOf(JsonElement gid) => long.Parse(gid.GetString()!.Split('/')[^1], CultureInfo.InvariantCulture);
}

/// <summary>An inventory item at Shopify.</summary>
internal sealed class ShopItem(string? sku)
{
    public string? Sku { get; set; } = sku;

    public int Available { get; set; }

    public int Committed { get; set; }

    public bool IsTracked { get; set; } = true;

    public bool IsStocked { get; set; } = true;

    /// <summary>The level at the second location; null if there is none.</summary>
    public (int Available, int Committed)? Elsewhere { get; set; }

    public bool IsBundle { get; set; }
}

/// <summary>A product at Brightpearl.</summary>
internal sealed class ShopProduct(string? sku)
{
    public string? Sku { get; set; } = sku;

    /// <summary>In all warehouses together.</summary>
    public int OnHand { get; set; }

    public Dictionary<long, (int OnHand, int Allocated)> Warehouses { get; } = [];

    public bool IsTracked { get; set; } = true;

    /// <summary>Whether the list of all products says that the stock is tracked.</summary>
    public bool ListsTracking { get; set; } = true;

    public bool IsBundle { get; set; }
}
