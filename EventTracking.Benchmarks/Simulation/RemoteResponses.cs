using System.Net;
using System.Text.Json;
using EventTracking.Api.Sandbox;
using EventTracking.Stock.Connectors.Shopify;
using EventTracking.Stock.Rules;

namespace EventTracking.Benchmarks.Simulation;

/// <summary>The responses of Shopify and Brightpearl, which the sandbox's own code makes from a state of the sandbox.</summary>
internal sealed class RemoteResponses
{
    private static readonly ShopifyVersion Version = ShopifyVersion.Find(ShopifyVersion.Last)!;

    private readonly SandboxState state;
    private readonly ShopifySandboxApi shopify;
    private readonly BrightpearlSandboxApi brightpearl;
    private readonly ShopifyFaults faults = new();

    public RemoteResponses(SandboxState state, StockLocations locations, TimeProvider time)
    {
        this.state = state;

        // This sends nothing: the simulation itself decides when to send the webhooks of a change.
        var webhooks = new SandboxWebhooks(null!, null!, state, new SandboxSettings { Echo = false }, null!, null!, null!);
        shopify = new ShopifySandboxApi(new ShopifySandboxQueries(state, locations), new ShopifySandboxMutations(state, faults, webhooks, locations, time));
        brightpearl = new BrightpearlSandboxApi(state, new BrightpearlFaults());
    }

    public IReadOnlyList<SandboxProduct> Products => state.Products;

    public static string OperationOf(byte[] body)
    {
        using var call = JsonDocument.Parse(body);
        return call.RootElement.GetProperty("operationName").GetString() ?? "";
    }

    public static string ShopifyThrottled(int seconds) => ShopifySandboxGraph.Throttled(seconds).ToJsonString();

    public string Shopify(byte[] body, bool staleComparison)
    {
        using var call = JsonDocument.Parse(body);
        faults.Current = staleComparison ? new SandboxFault(SandboxFaultKind.Stale, 1) : SandboxFault.None;
        return shopify.Answer(Version, call.RootElement).ToJsonString();
    }

    public (HttpStatusCode Status, string Body) Brightpearl(Uri address)
    {
        // The path is /public-api/{account}/{resource}.
        var (status, body) = brightpearl.Answer(string.Join('/', address.AbsolutePath.Split('/').Skip(3)), name => Parameter(address.Query, name));
        return ((HttpStatusCode)status, body.ToJsonString());
    }

    private static string? Parameter(string query, string name) => query.TrimStart('?').Split('&')
        .Where(pair => pair.StartsWith(name + "=", StringComparison.Ordinal))
        .Select(pair => Uri.UnescapeDataString(pair[(name.Length + 1)..]))
        .FirstOrDefault();
}
