using System.Text.Json.Nodes;

namespace EventTracking.Tests.Backends.Before;

/// <summary>
/// The lists of recorded responses that have another order since: what needs attention was listed by id and is listed by when
/// it happened. The recorded ones are complete, so only their order changes.
/// </summary>
internal static class ReorderedLists
{
    private static readonly string[] ByTime = ["/events?status=failed", "/events?status=retrying", "/events?status=waiting", "/events?fingerprint="];

    /// <summary>Converts a recorded list to the expected one.</summary>
    public static JsonNode In(string path, JsonNode recorded)
    {
        if (!ByTime.Any(prefix => path.StartsWith(prefix, StringComparison.Ordinal)))
        {
            return recorded;
        }

        var list = recorded["body"]!;
        Assert.Null(list["next"]);
        list["events"] = new JsonArray(
        [
            .. list["events"]!.AsArray().Select(listed => listed!.DeepClone())
                .OrderByDescending(listed => listed["updatedAt"]!.GetValue<DateTimeOffset>())
                .ThenByDescending(listed => listed["id"]!.GetValue<string>(), StringComparer.Ordinal),
        ]);
        return recorded;
    }

    /// <summary>Omits what a page says about its order, which it did not say then.</summary>
    public static JsonNode WithoutOrder(JsonNode answer)
    {
        (answer["body"] as JsonObject)?.Remove("orderedBy");
        return answer;
    }
}
