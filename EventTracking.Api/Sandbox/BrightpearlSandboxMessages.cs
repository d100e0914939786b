using System.Globalization;
using System.Text.Json.Nodes;

namespace EventTracking.Api.Sandbox;

/// <summary>Brightpearl's wire shapes.</summary>
internal static class BrightpearlSandboxMessages
{
    public static JsonObject Error(string code, string message) => new()
    {
        ["errors"] = new JsonArray(new JsonObject { ["code"] = code, ["message"] = message }),
    };

    public static JsonObject Product(SandboxProduct product) => new()
    {
        ["id"] = product.ProductId,
        ["identity"] = new JsonObject { ["sku"] = product.Sku },
        ["stock"] = new JsonObject { ["stockTracked"] = product.StockTracked },
        ["composition"] = new JsonObject { ["bundle"] = product.Bundle },
        ["status"] = "LIVE",
        ["version"] = 1,
    };

    /// <summary>The columns of a product search, without the one that has reference data of its own: https://api-docs.brightpearl.com/product/product/search.html</summary>
    private static readonly (string Name, string Type, Func<SandboxProduct, JsonNode?> Read)[] Columns =
    [
        ("productId", "IDSET", product => product.ProductId),
        ("productName", "SEARCH_STRING", product => product.Name),
        ("SKU", "STRING", product => product.Sku),
        ("barcode", "STRING", _ => null),
        ("stockTracked", "BOOLEAN", product => product.StockTracked),
        ("createdOn", "PERIOD", _ => "2026-01-05T09:00:00.000Z"),
        ("updatedOn", "PERIOD", _ => "2026-01-05T09:00:00.000Z"),
        ("productStatus", "STRING", _ => "LIVE"),
    ];

    /// <summary>Rows are arrays; the metadata describes their columns.</summary>
    public static JsonObject SearchPage(IReadOnlyList<SandboxProduct> found, int firstResult, int pageSize)
    {
        var page = found.Skip(firstResult - 1).Take(pageSize).ToList();
        var last = firstResult - 1 + page.Count;
        return new JsonObject
        {
            ["response"] = new JsonObject
            {
                ["results"] = SandboxResponses.Array(page.Select(product => new JsonArray([.. Columns.Select(column => column.Read(product))]))),
                ["metaData"] = new JsonObject
                {
                    ["resultsAvailable"] = found.Count,
                    ["resultsReturned"] = page.Count,
                    ["firstResult"] = firstResult,
                    ["lastResult"] = last,
                    ["morePagesAvailable"] = last < found.Count,
                    ["columns"] = SandboxResponses.Array(Columns.Select(column => Column(column.Name, column.Type))),
                },
            },
        };
    }

    /// <summary>Only warehouses that hold the product are listed.</summary>
    public static JsonObject Availability(SandboxProduct product, bool incomplete)
    {
        List<(long Id, SandboxWarehouse Stock)> all = [(SandboxProduct.MainWarehouse, product.In(SandboxProduct.MainWarehouse)), .. product.OtherWarehouses.Select(other => (other.Key, other.Value))];
        return new JsonObject
        {
            ["total"] = Stock(all.Sum(warehouse => warehouse.Stock.OnHand), all.Sum(warehouse => warehouse.Stock.Allocated), incomplete),
            ["warehouses"] = new JsonObject(all.Where(warehouse => warehouse.Stock != default).Select(warehouse => KeyValuePair.Create(
                warehouse.Id.ToString(CultureInfo.InvariantCulture), (JsonNode?)Stock(warehouse.Stock.OnHand, warehouse.Stock.Allocated, incomplete)))),
        };
    }

    private static JsonObject Stock(int onHand, int allocated, bool incomplete)
    {
        var stock = new JsonObject { ["inStock"] = onHand + allocated, ["inTransit"] = 0 };
        if (!incomplete)
        {
            stock["onHand"] = onHand;
            stock["allocated"] = allocated;
        }

        return stock;
    }

    private static JsonObject Column(string name, string type) => new() { ["name"] = name, ["reportDataType"] = type, ["sortable"] = true, ["filterable"] = true };
}
