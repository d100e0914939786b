using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace EventTracking.Api.Sandbox;

/// <summary>The format of GraphQL calls and responses, as far as a few known operations need it.</summary>
internal static partial class ShopifySandboxGraph
{
    private const int Cost = 12;
    private const double Bucket = 2000;
    private const double RestoreRate = 100;

    public static string OperationOf(string query) => Operation().Match(query) is { Success: true } match ? match.Groups[1].Value : "";

    /// <summary>The variable that holds the idempotency key; null where the directive is missing.</summary>
    public static string? KeyVariableOf(string query) => Directive().Match(query) is { Success: true } match ? match.Groups[1].Value : null;

    public static JsonObject Data(JsonObject data) => new() { ["data"] = data, ["extensions"] = Extensions(Cost, Cost, Bucket - Cost) };

    public static JsonObject Error(string code, string message) => new()
    {
        ["errors"] = new JsonArray(new JsonObject { ["message"] = message, ["extensions"] = new JsonObject { ["code"] = code } }),
    };

    /// <summary>The bucket is short of so much that the call is affordable after these seconds.</summary>
    public static JsonObject Throttled(double seconds)
    {
        var error = Error("THROTTLED", "Throttled");
        error["extensions"] = Extensions(Cost, null, Cost - (seconds * RestoreRate));
        return error;
    }

    public static string Gid(string type, long id) => string.Create(CultureInfo.InvariantCulture, $"gid://shopify/{type}/{id}");

    public static long IdOf(JsonElement gid)
    {
        var text = gid.GetString() ?? "";
        return long.Parse(text.AsSpan(text.LastIndexOf('/') + 1), NumberStyles.None, CultureInfo.InvariantCulture);
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

    [GeneratedRegex(@"^\s*(?:query|mutation)\s+(\w+)", RegexOptions.CultureInvariant)]
    private static partial Regex Operation();

    [GeneratedRegex(@"\)\s*@idempotent\(\s*key:\s*\$(\w+)\s*\)", RegexOptions.CultureInvariant)]
    private static partial Regex Directive();
}
