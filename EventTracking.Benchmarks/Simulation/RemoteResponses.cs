using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventTracking.Api.Sandbox;
using EventTracking.Stock.Connectors.Brightpearl;
using EventTracking.Stock.Connectors.Shopify;
using Microsoft.Extensions.Options;

namespace EventTracking.Benchmarks.Simulation;

/// <summary>The responses of Shopify and Brightpearl, which the sandbox's own code makes from a state of the sandbox.</summary>
internal sealed class RemoteResponses
{
    private readonly SandboxState state;
    private readonly ShopifySandboxQueries queries;
    private readonly ShopifySandboxMutations mutations;
    private readonly ShopifyFaults faults = new();

    public RemoteResponses(SandboxState state, IOptions<ShopifyOptions> options)
    {
        this.state = state;
        queries = new ShopifySandboxQueries(state, options);

        // This sends nothing: the simulation itself decides when to send the webhooks of a change.
        var webhooks = new SandboxWebhooks(null!, null!, state, new SandboxSettings { Echo = false }, options, null!, null!);
        mutations = new ShopifySandboxMutations(state, faults, webhooks, options);
    }

    public IReadOnlyList<SandboxProduct> Products => state.Products;

    public static string OperationOf(byte[] body)
    {
        using var call = JsonDocument.Parse(body);
        return ShopifySandboxGraph.OperationOf(call.RootElement.GetProperty("query").GetString() ?? "");
    }

    public static string ShopifyThrottled(int seconds) => ShopifySandboxGraph.Throttled(seconds).ToJsonString();

    public string Shopify(byte[] body, bool staleComparison)
    {
        using var call = JsonDocument.Parse(body);
        var query = call.RootElement.GetProperty("query").GetString() ?? "";
        var variables = call.RootElement.GetProperty("variables");
        faults.Current = staleComparison ? new SandboxFault(SandboxFaultKind.Stale, 1) : SandboxFault.None;
        var answer = ShopifySandboxGraph.OperationOf(query) switch
        {
            "VariantsBySku" => queries.Variants(variables),
            "InventoryItems" => queries.Items(variables),
            "SetAvailable" => mutations.Set(query, variables),
            var other => throw new InvalidOperationException($"The simulated Shopify does not support the operation '{other}'."),
        };
        return answer.ToJsonString();
    }

    public (HttpStatusCode Status, string Body) Brightpearl(Uri address)
    {
        var parts = address.AbsolutePath.Split('/');
        return (parts[^2], parts[^1]) switch
        {
            (_, "product-search") => (HttpStatusCode.OK, Search(address.Query)),
            ("product", var ids) => Select(ids, products => new JsonObject { ["response"] = SandboxResponses.Array(products.Select(BrightpearlSandboxMessages.Product)) }),
            ("product-availability", var ids) => Select(ids, products => new JsonObject
            {
                ["response"] = new JsonObject(products.Select(product => KeyValuePair.Create(
                    product.ProductId!.Value.ToString(CultureInfo.InvariantCulture),
                    (JsonNode?)BrightpearlSandboxMessages.Availability(product)))),
            }),
            var (_, other) => throw new InvalidOperationException($"The simulated Brightpearl does not support the resource '{other}'."),
        };
    }

    private string Search(string query)
    {
        var sku = Uri.UnescapeDataString(query.TrimStart('?').Split('&').Single(pair => pair.StartsWith("SKU=", StringComparison.Ordinal))["SKU=".Length..]);
        var found = state.Products.Where(product => product.IsAtBrightpearl && product.Sku.StartsWith(sku, StringComparison.OrdinalIgnoreCase)).ToList();
        return BrightpearlSandboxMessages.SearchPage(found, 1, 500).ToJsonString();
    }

    private (HttpStatusCode Status, string Body) Select(string ids, Func<List<SandboxProduct>, JsonObject> compose)
    {
        var asked = BrightpearlIdSet.TryParse(ids, out var set, out _) ? set.Take(200).ToHashSet() : [];
        var found = state.Products.Where(product => product is { IsAtBrightpearl: true, ProductId: { } id } && asked.Contains(id)).ToList();
        return found.Count > 0
            ? (HttpStatusCode.OK, compose(found).ToJsonString())
            : (HttpStatusCode.NotFound, BrightpearlSandboxMessages.Error("CMNC-404", "Cannot find the resource").ToJsonString());
    }
}
