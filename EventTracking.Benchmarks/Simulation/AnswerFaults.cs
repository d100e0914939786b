using System.Text.Json.Nodes;
using EventTracking.Stock.Connectors.Shopify;
using EventTracking.Testing.Simulation;

namespace EventTracking.Benchmarks.Simulation;

/// <summary>Answers that lack something, and answers that say that something is wrong.</summary>
internal static class AnswerFaults
{
    public const string Page = "<html><head><title>404 Not Found</title></head><body><center><h1>404 Not Found</h1></center></body></html>";

    private static readonly string Level = ShopifyQueries.LevelAt(Sources.Location);

    // A fault must be about a member that is there, or it would be none.
    private static readonly string[] OfShopify = ["quantity", "available", "committed", "sku", "tracked", Level, "quantities", "userErrors", "hasNextPage"];
    private static readonly string[] OfBrightpearl = ["onHand", "onHand", "allocated", "warehouses", "total", "identity", "stockTracked", "bundle", "results"];

    private static readonly string[] RefusalsOfShopify =
    [
        """{"errors":[{"message":"Throttled"}]}""",
        """{"errors":[null]}""",
        """{"errors":"[API] This action requires merchant approval"}""",
        """{"errors":[{"message":"Internal error. Looks like something went wrong on our end.","extensions":{"code":"INTERNAL_SERVER_ERROR"}}]}""",
        """{"data":null,"errors":[{"message":"Timeout"}]}""",
    ];

    private static readonly string[] RefusalsOfBrightpearl =
    [
        """{"errors":[{"code":"CMNC-503","message":"The service is unavailable"}]}""",
        """{"errors":[null]}""",
        """{"response":"You have sent too many requests. Please wait before sending another request"}""",
        """{}""",
    ];

    public static string Refusal(Luck luck, bool toShopify, string name) => luck.Pick($"refusal/{name}", toShopify ? RefusalsOfShopify : RefusalsOfBrightpearl);

    /// <summary>Leaves one kind of member out of an answer, everywhere or at one of its places.</summary>
    public static string Incomplete(Luck luck, string answer, bool fromShopify, string name)
    {
        var root = JsonNode.Parse(answer)!;
        var places = (fromShopify ? OfShopify : OfBrightpearl).Select(member => Places(root, member).ToList()).Where(found => found.Count > 0).ToList();
        if (places.Count > 0)
        {
            var chosen = luck.Pick($"member/{name}", places);
            foreach (var remove in luck.Happens($"everywhere/{name}", 0.5) ? chosen : [luck.Pick($"place/{name}", chosen)])
            {
                remove();
            }
        }

        return root.ToJsonString();
    }

    private static IEnumerable<Action> Places(JsonNode? node, string member)
    {
        if (node is JsonObject parent)
        {
            if (parent.ContainsKey(member))
            {
                yield return () => parent.Remove(member);
            }

            foreach (var place in parent.SelectMany(child => Places(child.Value, member)))
            {
                yield return place;
            }
        }
        else if (node is JsonArray list)
        {
            foreach (var element in list)
            {
                if (element is JsonObject quantity && quantity["name"] is JsonValue named && named.ToString() == member)
                {
                    yield return () => list.Remove(quantity);
                }

                foreach (var place in Places(element, member))
                {
                    yield return place;
                }
            }
        }
    }
}
