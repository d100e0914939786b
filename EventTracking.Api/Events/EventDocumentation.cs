using System.Text.Json;
using EventTracking.Api.Documentation;
using EventTracking.Api.Errors;

namespace EventTracking.Api.Events;

internal static class EventDocumentation
{
    private const string Page = """
        {
          "events": [
            {
              "id": "01M83YEMEGQ2V7N4X9B6C1D0EF", "status": "failed", "source": "shopify", "account": "example.myshopify.com",
              "topic": "inventory_levels/update", "function": "inventory-observed", "entity": "inventory-item:271878346596884015",
              "triggeredAt": "2026-11-23T10:15:30.000Z", "receivedAt": "2026-11-23T10:15:30.412Z", "updatedAt": "2026-11-23T10:15:31.035Z",
              "attemptCount": 1, "waitingOn": null, "fingerprint": "5f2a9c01", "error": "Two variants have the SKU 'SHIRT-M': 271878346596884015 and 271878346596884016."
            }
          ],
          "orderedBy": "updatedAt",
          "next": "2026-11-23T10:15:31.0350000Z~01M83YEMEGQ2V7N4X9B6C1D0EF"
        }
        """;

    private const string Record = """
        {
          "id": "01M83YEMEGQ2V7N4X9B6C1D0EF", "status": "failed", "storedStatus": null, "source": "shopify", "account": "example.myshopify.com",
          "topic": "inventory_levels/update", "function": "inventory-observed", "entity": "inventory-item:271878346596884015", "deliveryId": "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043",
          "triggeredAt": "2026-11-23T10:15:30.000Z", "receivedAt": "2026-11-23T10:15:30.412Z", "updatedAt": "2026-11-23T10:15:31.035Z",
          "leaseUntil": null, "retryAt": null, "waitingOn": null,
          "error": {
            "type": "ConnectorException", "code": "shopify/ambiguous-sku", "message": "Two variants have the SKU 'SHIRT-M'.", "causes": [],
            "step": "SKU read", "stack": "at ShopifyClient.FindVariantsAsync", "fingerprint": "5f2a9c01", "transient": false
          },
          "attemptCount": 1,
          "attempts": [
            {
              "number": 1, "startedAt": "2026-11-23T10:15:30.700Z", "endedAt": "2026-11-23T10:15:31.035Z", "outcome": "failed", "detail": null,
              "steps": [ { "elapsedMilliseconds": 3, "name": "payload read" }, { "elapsedMilliseconds": 121, "name": "SKU read" } ],
              "calls": [ { "elapsedMilliseconds": 4, "durationMilliseconds": 117, "events": 1, "result": "200", "system": "shopify" } ],
              "failure": {
                "type": "ConnectorException", "code": "shopify/ambiguous-sku", "message": "Two variants have the SKU 'SHIRT-M'.", "causes": [],
                "step": "SKU read", "stack": "at ShopifyClient.FindVariantsAsync", "fingerprint": "5f2a9c01", "transient": false
              }
            }
          ],
          "history": [ { "kind": "replay", "by": "kim", "at": "2026-11-23T10:15:30.600Z", "reason": "SKU corrected", "afterAttempt": 0, "job": null } ],
          "payload": {
            "href": "/events/01M83YEMEGQ2V7N4X9B6C1D0EF/payload", "segment": "payloads/2026/11/23/01M83YENDRH6W2K8T4S0R3P5AB.jsonl.gz",
            "offset": 4096, "length": 611, "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
          },
          "traceId": "4bf92f3577b34da6a3ce929d0e0e4736", "traceUrl": "https://traces.example.com/trace/4bf92f3577b34da6a3ce929d0e0e4736",
          "logsUrl": "https://logs.example.com/?query=01M83YEMEGQ2V7N4X9B6C1D0EF",
          "correlationId": "01M83YEMEGQ2V7N4X9B6C1D0EF",
          "causes": [ { "id": "01M83YEMEGA1B2C3D4E5F6G7H8", "status": "succeeded", "source": "brightpearl", "topic": "product.modified.on-hand-modified", "entity": null } ],
          "effects": [ "01M83YENDRJ9K8M7N6P5Q4R3S2" ], "effectCount": 1,
          "editedReplayOf": null, "editedReplays": [], "earlier": [ "01M83YEMEG0B1C2D3E4F5G6H7J" ], "later": []
        }
        """;

    private const string Body = """{ "inventory_item_id": 808950810, "location_id": 24826418, "available": 7, "updated_at": "2026-11-23T10:15:30Z" }""";

    extension(RouteHandlerBuilder route)
    {
        public void DocumentList() => route
            .WithName("listEvents")
            .WithSummary("Lists events, newest first")
            .WithDescription(
                "Filters are combined with AND. Lists of failed, retrying or waiting events and those of a fingerprint are ordered by `updatedAt`, when that "
                + "happened, and all others by `triggeredAt`; `from` and `to` filter by the same time, which `orderedBy` names. A page may contain fewer events "
                + "than `limit` even if more follow; only a null `next` marks the end.")
            .WithExample<EventPageResponse>(StatusCodes.Status200OK, "failed events", Page);

        public void DocumentGet() => route
            .WithName("getEvent")
            .WithSummary("Shows an event")
            .WithDescription("Returns the record with its attempts, their steps and errors, the replays, and its links in both directions: the events that caused it and that it caused, replays with an edited payload, and the events about the same entity around it.")
            .WithExample<EventResponse>(StatusCodes.Status200OK, "a failed event", Record)
            .WithProblems(ProblemTypes.EventNotFound);

        public void DocumentPayload() => route
            .WithName("downloadPayload")
            .WithSummary("Downloads an event's payload")
            .WithDescription("Returns the body exactly as it arrived, with the sender's content type.")
            .WithResponseHeader(StatusCodes.Status200OK, "Content-Disposition", "Names a file to save the payload in; a browser never shows it.")
            .WithExample<JsonElement>(StatusCodes.Status200OK, "a Shopify inventory level", Body)
            .WithProblems(ProblemTypes.EventNotFound, ProblemTypes.PayloadNotArchived, ProblemTypes.StatusUnknown, ProblemTypes.PayloadGone, ProblemTypes.PayloadCorrupt);
    }
}
