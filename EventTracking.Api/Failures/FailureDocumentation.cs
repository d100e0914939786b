using EventTracking.Api.Documentation;
using EventTracking.Api.Errors;

namespace EventTracking.Api.Failures;

internal static class FailureDocumentation
{
    private const string Group = """
        {
          "fingerprint": "2-309e9782da0ff410", "title": "shopify/not-stocked in stock-sync",
          "definition": "Failures of the function 'stock-sync' with the code 'shopify/not-stocked', wherever in the code they come from.",
          "function": "stock-sync", "code": "shopify/not-stocked", "type": "ConnectorException", "transient": false, "state": "open", "owner": null,
          "count": 12, "failed": 11, "firstAt": "2026-11-23T10:15:31.035Z", "lastAt": "2026-11-23T11:02:00.000Z",
          "trend": [0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,9,3], "comebacks": 0, "cameBackAt": null,
          "entities": [ { "value": "product:1008", "count": 7 }, { "value": "product:1009", "count": 5 } ],
          "accounts": [ { "value": "brightpearl/example", "count": 12 } ],
          "messages": [ { "value": "The item … is not stocked at the location …", "count": 12 } ],
          "httpStatuses": [ { "value": "422", "count": 12 } ], "builds": [ { "value": "0a1b2c3d", "count": 12 } ],
          "sample": [ "01M83YEMEGQ2V7N4X9B6C1D0EF" ]
        }
        """;

    private const string Triage = """
        {
          "state": "resolved", "owner": "ann", "note": "The location was changed.", "link": "https://tracker.example/42",
          "resolution": { "kind": "drained", "effectiveAt": null, "builds": [] }, "mute": null,
          "history": [ { "by": "ann", "at": "2026-11-23T11:15:30.000Z", "what": "resolved (drained), owner: ann, note, link" } ]
        }
        """;

    private const string Page = $$"""
        { "asOf": "2026-11-23T11:15:30.000Z", "count": 12, "truncated": false, "causes": [ { "cause": "shopify", "count": 12, "groups": [ {{Group}} ] } ], "moreGroups": 0 }
        """;

    private const string Detail = $$"""{ "asOf": "2026-11-23T11:15:30.000Z", "group": {{Group}}, "moot": { "judged": 11, "moot": 4 }, "triage": {{Triage}} }""";

    private const string Moot = """
        {
          "asOf": "2026-11-23T11:15:30.000Z", "judged": 12, "count": 1, "truncated": false,
          "events": [ {
            "event": {
              "id": "01M83YEMEGQ2V7N4X9B6C1D0EF", "status": "failed", "source": "brightpearl", "account": "example", "topic": "product.modified.on-hand-modified", "function": "stock-sync",
              "entity": "product:1008", "triggeredAt": "2026-11-23T10:15:30.000Z", "receivedAt": "2026-11-23T10:15:30.512Z", "updatedAt": "2026-11-23T10:15:31.035Z", "attemptCount": 1,
              "waitingOn": null, "fingerprint": "2-309e9782da0ff410", "error": "The item 271878346596884015 is not stocked at the location 24826418."
            },
            "because": "01M83YQ4T8Z5R1K7W0H3J6P9SA"
          } ],
          "next": null
        }
        """;

    extension(RouteHandlerBuilder route)
    {
        public void DocumentList() => route
            .WithName("listFailures")
            .WithSummary("Shows what broke")
            .WithDescription(
                "Counts the events that have failed or are retried by cause, and within a cause by fingerprint. At most 50,000 events are counted, the "
                + "newest first; `truncated` says whether there are more. The 200 groups with the most events are shown.")
            .WithExample<FailuresResponse>(StatusCodes.Status200OK, "one cause", Page);

        public void DocumentListMoot() => route
            .WithName("listMootFailures")
            .WithSummary("Shows which failures are moot")
            .WithDescription(
                "Lists the failures that a replay would not change, because a later event of the same entity has succeeded, and counts them. They are judged as a plan "
                + "of `POST /replays` judges them. At most 10,000 failures are judged, the newest first; `truncated` says whether there are more.")
            .WithExample<MootFailuresResponse>(StatusCodes.Status200OK, "one of twelve", Moot);

        public void DocumentGet() => route
            .WithName("getFailures")
            .WithSummary("Shows a group of failures")
            .WithDescription("Shows the failures with one fingerprint, what was decided about them, and how many of the newest 50 are moot: a later event of the same entity has succeeded.")
            .WithExample<FailureGroupDetailResponse>(StatusCodes.Status200OK, "a group", Detail)
            .WithProblems(ProblemTypes.FailureNotFound);

        public void DocumentChange() => route
            .WithName("triageFailures")
            .WithSummary("Decides about a group of failures")
            .WithDescription(
                "Sets the state, owner, note or link of a group. A resolved group comes back if an attempt fails that started more than a minute later, and "
                + "exactly one notification says so. A muted group is silent. Replays change nothing about it.")
            .WithRequestExample<TriageRequest>("look into it", """{ "state": "investigating", "owner": "ann" }""")
            .WithRequestExample<TriageRequest>("resolve it when its last event has succeeded", """{ "state": "resolved", "resolve": "drained" }""")
            .WithRequestExample<TriageRequest>("mute it until a hundred more events fail", """{ "state": "muted", "mute": { "count": 100 } }""")
            .WithExample<TriageResponse>(StatusCodes.Status200OK, "a group that is about to be resolved", Triage)
            .WithProblems(ProblemTypes.OfBody)
            .WithProblems(ProblemTypes.FailureNotFound);
    }
}
