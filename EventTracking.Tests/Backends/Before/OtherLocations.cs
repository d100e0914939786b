using System.Text.Json.Nodes;

namespace EventTracking.Tests.Backends.Before;

/// <summary>
/// What was known about a location that the settings do not name. It was shown as if it were the location of the settings; today nothing
/// is known about the product there, so that nobody takes it for compared.
/// </summary>
internal static class OtherLocations
{
    /// <summary>The location of the settings.</summary>
    private const string Location = "24826418";

    private static readonly string[] Known = ["bpAvailability", "shAvailability", "difference"];

    public static JsonNode Without(string path, JsonNode expected)
    {
        var changed = expected.DeepClone();
        if (path == "/discrepancies?limit=1")
        {
            // The only product on the next page is one of another location.
            changed["body"]!["next"] = null;
        }

        if (changed["body"] is JsonObject body)
        {
            Forget(body);
            if (body["products"] is JsonArray products && products.OfType<JsonObject>().Any(IsElsewhere))
            {
                body["products"] = new JsonArray([.. products.Where(product => !IsElsewhere(product!)).Select(product => product!.DeepClone())]);
            }
        }

        return changed;
    }

    private static bool IsElsewhere(JsonNode product) => product["inventoryItemId"] is not null && product["locationId"]?.GetValue<string>() is { } location && location != Location;

    private static void Forget(JsonObject product)
    {
        if (IsElsewhere(product))
        {
            product["locationId"] = Location;
            foreach (var member in Known)
            {
                product[member] = null;
            }
        }
    }
}
