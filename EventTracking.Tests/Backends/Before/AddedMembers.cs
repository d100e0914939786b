using System.Text.Json.Nodes;

namespace EventTracking.Tests.Backends.Before;

/// <summary>The members that later versions added to responses about products, events and their history. What was there before must be as it was.</summary>
internal static class AddedMembers
{
    private static readonly string[] OfEvents = ["storedStatus", "deliveryId", "logsUrl", "editedReplayOf", "editedReplays", "earlier", "later"];

    private static readonly string[] OfProducts = ["heldBack", "linked", "reason", "reasonDetail", "checkedAt", "locations"];

    public static JsonNode Without(JsonNode answer)
    {
        Remove(answer);
        return answer;
    }

    private static void Remove(JsonNode? node)
    {
        switch (node)
        {
            case JsonArray list:
                foreach (var element in list)
                {
                    Remove(element);
                }

                break;
            case JsonObject json:
                if (json.ContainsKey("products"))
                {
                    json.Remove("coverage");
                }

                if (json.ContainsKey("kind") && json.ContainsKey("afterAttempt"))
                {
                    json.Remove("job");
                }

                if (json.ContainsKey("number") && json.ContainsKey("steps"))
                {
                    json.Remove("calls");
                }

                if (json.ContainsKey("inventoryItemId") && json.ContainsKey("locationId"))
                {
                    foreach (var member in OfProducts)
                    {
                        json.Remove(member);
                    }
                }

                if (json.ContainsKey("correlationId") && json.ContainsKey("causes"))
                {
                    foreach (var member in OfEvents)
                    {
                        json.Remove(member);
                    }
                }

                foreach (var (_, member) in json)
                {
                    Remove(member);
                }

                break;
        }
    }
}
