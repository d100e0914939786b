using System.Globalization;
using System.Text.Json.Nodes;
using EventTracking.Stock.Connectors.Brightpearl;

namespace EventTracking.Api.Sandbox;

/// <summary>A small Brightpearl: products, their search and their availability.</summary>
internal sealed class BrightpearlSandboxApi(SandboxState state, BrightpearlFaults faults)
{
    private const int MaxProducts = 200;
    private const int MaxIds = 10_000;
    private const int PageSize = 500;

    /// <summary>Answers a GET of a resource.</summary>
    /// <param name="resource">The path after the account, e.g. <c>product-service/product/1-5</c>.</param>
    /// <param name="query">Returns a parameter of the query; null if it is not given.</param>
    public (int Status, JsonObject Body) Answer(string resource, Func<string, string?> query) => resource.Split('/') switch
    {
        ["product-service", "product", var ids] => GetProducts(ids),
        ["product-service", "product-search"] => Search(query),
        ["warehouse-service", "product-availability", var ids] => GetAvailability(ids),
        _ => NotFound($"Cannot find the resource /{resource}"),
    };

    private (int Status, JsonObject Body) GetProducts(string ids)
    {
        if (!BrightpearlIdSet.TryParse(ids, out var set, out var reason))
        {
            return Refused($"The id set cannot be parsed: {reason}");
        }

        if (set.Count > MaxProducts)
        {
            return Refused($"You may request at most {MaxProducts} products at once");
        }

        var products = Select(set, _ => true);
        return products.Count > 0
            ? (StatusCodes.Status200OK, new JsonObject { ["response"] = SandboxResponses.Array(products.Select(BrightpearlSandboxMessages.Product)) })
            : NotFound("No Products Found");
    }

    private (int Status, JsonObject Body) Search(Func<string, string?> query)
    {
        if (!TryRead(query("firstResult"), 1, int.MaxValue, out var first) || !TryRead(query("pageSize"), PageSize, PageSize, out var size))
        {
            return Refused("A parameter of the search is not a number in its range");
        }

        var sku = query("SKU") ?? "";
        var found = state.Products.Where(product => product.IsAtBrightpearl && product.Sku.StartsWith(sku, StringComparison.OrdinalIgnoreCase)).OrderBy(product => product.ProductId).ToList();
        return (StatusCodes.Status200OK, BrightpearlSandboxMessages.SearchPage(found, first, size));
    }

    private (int Status, JsonObject Body) GetAvailability(string ids)
    {
        if (!BrightpearlIdSet.TryParse(ids, out var set, out var reason))
        {
            return Refused($"The id set cannot be parsed: {reason}");
        }

        // Products whose stock is not tracked are left out silently.
        var products = Select(set, product => product is { StockTracked: true, Bundle: false });
        var incomplete = faults.TakeIncomplete();
        return products.Count > 0
            ? (StatusCodes.Status200OK, new JsonObject
            {
                ["response"] = new JsonObject(products.Select(product => KeyValuePair.Create(
                    product.ProductId!.Value.ToString(CultureInfo.InvariantCulture),
                    (JsonNode?)BrightpearlSandboxMessages.Availability(product, incomplete)))),
            })
            : NotFound("No Product Availability Found");
    }

    private List<SandboxProduct> Select(BrightpearlIdSet set, Predicate<SandboxProduct> which) =>
        [.. set.Take(MaxIds).Select(state.FindProduct).OfType<SandboxProduct>().Where(product => product.IsAtBrightpearl && which(product))];

    private static bool TryRead(string? text, int fallback, int max, out int number)
    {
        number = fallback;
        return text is null || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= 1 && number <= max);
    }

    // Brightpearl gives a missing product and an unknown address the same code.
    private static (int Status, JsonObject Body) NotFound(string message) => (StatusCodes.Status404NotFound, BrightpearlSandboxMessages.Error("CMNC-404", message));

    private static (int Status, JsonObject Body) Refused(string message) => (StatusCodes.Status400BadRequest, BrightpearlSandboxMessages.Error("CMNC-018", message));
}
