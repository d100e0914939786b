using EventTracking.Api.Documentation;
using EventTracking.Api.Errors;

namespace EventTracking.Api.Replay;

internal static class ReplayDocumentation
{
    extension(RouteHandlerBuilder route)
    {
        public void DocumentReplay() => route
            .WithName("replayEvent")
            .WithSummary("Runs an event again")
            .WithDescription(
                "Sends the event to its function as it arrived. One that is to be retried runs at once instead. Events that are already completed or dismissed need `force`. With `payload`, a new "
                + "event with that body is created, caused by this one, and the response names the new event. It has the content type of the "
                + "original payload unless `contentType` is given.")
            .WithRequestExample<ReplayRequest>("as it arrived", """{ "reason": "SKU corrected in Shopify" }""")
            .WithRequestExample<ReplayRequest>("although it succeeded", """{ "reason": "stock was overwritten by hand", "force": true }""")
            .WithRequestExample<ReplayRequest>("with another payload", """
                { "reason": "quantity was wrong", "payload": { "body": "{\"inventory_item_id\":271878346596884015,\"location_id\":24826418,\"available\":7}" } }
                """)
            .WithRequestExample<ReplayRequest>("with another payload and content type", """
                {
                  "reason": "template was misspelt",
                  "payload": { "body": "full_event=product.modified.on-hand-modified&resource_id=1008", "contentType": "application/x-www-form-urlencoded" }
                }
                """)
            .WithResponseHeader(StatusCodes.Status202Accepted, "Location", "The path of the event.")
            .WithExample<ReplayResponse>(StatusCodes.Status202Accepted, "sent", """{ "id": "01M83YEMEGQ2V7N4X9B6C1D0EF", "function": "inventory-observed" }""")
            .WithProblems(ProblemTypes.OfBody)
            .WithProblems(ProblemTypes.EventNotFound, ProblemTypes.EventInProgress, ProblemTypes.StatusUnknown, ProblemTypes.ForceNeeded, ProblemTypes.FunctionUnknown, ProblemTypes.ReplayFutile, ProblemTypes.PayloadGone);

        public void DocumentDismiss() => route
            .WithName("dismissEvent")
            .WithSummary("Dismisses an event")
            .WithDescription("Closes an event that has failed, is to be retried or waits, and needs no further attention. A replay with `force` runs it again.")
            .WithRequestExample<DismissRequest>("a dismissal", """{ "reason": "test order" }""")
            .WithExample<DismissResponse>(StatusCodes.Status200OK, "dismissed", """{ "id": "01M83YEMEGQ2V7N4X9B6C1D0EF", "status": "dismissed" }""")
            .WithProblems(ProblemTypes.OfBody)
            .WithProblems(ProblemTypes.EventNotFound, ProblemTypes.NotDismissible);
    }
}
