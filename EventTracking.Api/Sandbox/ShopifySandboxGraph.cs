using System.Globalization;
using System.Text.Json.Nodes;
using EventTracking.Api.Sandbox.Graph;

namespace EventTracking.Api.Sandbox;

/// <summary>The format of the Admin API's responses and ids.</summary>
internal static class ShopifySandboxGraph
{
    private const int Cost = 12;
    private const double Bucket = 2000;
    private const double RestoreRate = 100;

    public static JsonObject Data(JsonObject data) => new() { ["data"] = data, ["extensions"] = Extensions(Cost, Cost, Bucket - Cost) };

    public static JsonObject Errors(IEnumerable<GraphError> errors) => new() { ["errors"] = SandboxResponses.Array(errors.Select(error => error.ToJson())) };

    /// <summary>The bucket is short of so much that the call is affordable after these seconds.</summary>
    public static JsonObject Throttled(double seconds)
    {
        var error = Errors([new GraphError("THROTTLED", "Throttled")]);
        error["extensions"] = Extensions(Cost, null, Cost - (seconds * RestoreRate));
        return error;
    }

    public static string Gid(string type, long id) => string.Create(CultureInfo.InvariantCulture, $"gid://shopify/{type}/{id}");

    /// <summary>Returns the number in a gid of this type; null for any other text.</summary>
    public static long? IdOf(string type, JsonNode? gid)
    {
        var text = gid?.ToString() ?? "";
        var prefix = $"gid://shopify/{type}/";
        return text.StartsWith(prefix, StringComparison.Ordinal) && long.TryParse(text.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
    }

    private static JsonObject Extensions(int requested, int? actual, double available) => new()
    {
        ["cost"] = new JsonObject
        {
            ["requestedQueryCost"] = requested,
            ["actualQueryCost"] = actual,
            ["throttleStatus"] = new JsonObject
            {
                ["maximumAvailable"] = Bucket,
                ["currentlyAvailable"] = available,
                ["restoreRate"] = RestoreRate,
            },
        },
    };
}
