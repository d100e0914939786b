using EventTracking.Api.Documentation;
using EventTracking.Api.Errors;

namespace EventTracking.Api.Waiting;

internal static class WaitingDocumentation
{
    private const string List = """
        {
          "asOf": "2026-11-23T11:15:30.000Z", "count": 3, "truncated": false,
          "dependencies": [
            {
              "dependency": "product:1008", "count": 3, "functions": [ "stock-sync" ], "since": "2026-11-23T10:15:30.000Z", "givesUpAt": "2026-11-30T10:15:30.000Z",
              "import": { "id": "01M83YEMEGQ2V7N4X9B6C1D0EF", "status": "failed", "updatedAt": "2026-11-23T10:15:31.035Z", "lastError": "Two variants have the SKU 'SHIRT-M'." }
            }
          ],
          "moreDependencies": 0
        }
        """;

    extension(RouteHandlerBuilder route)
    {
        public void DocumentList() => route
            .WithName("listWaiting")
            .WithSummary("Shows what events wait for")
            .WithDescription("Lists the entities that events wait for, with the state and the last error of their imports. At most 10,000 waiting events are counted.")
            .WithExample<WaitingResponse>(StatusCodes.Status200OK, "one entity", List);

        public void DocumentImport() => route
            .WithName("importDependency")
            .WithSummary("Imports an entity now")
            .WithDescription("Has the entity imported at once. An import that is under way is left alone.")
            .WithResponseHeader(StatusCodes.Status202Accepted, "Location", "The path of the import's event.")
            .WithExample<WaitingImportResponse>(StatusCodes.Status202Accepted, "requested", """{ "id": "01M83YEMEGQ2V7N4X9B6C1D0EF" }""")
            .WithProblems(ProblemTypes.NothingWaits);

        public void DocumentRelease() => route
            .WithName("releaseDependency")
            .WithSummary("Sends the events that wait for an entity")
            .WithDescription("Sends all events that wait for the entity to their functions, whether it is there or not. Those that still need it wait again; after ten releases they fail.")
            .WithRequestExample<ReleaseRequest>("a release", """{ "reason": "The product was linked by hand." }""")
            .WithExample<ReleaseResponse>(StatusCodes.Status200OK, "released", """{ "released": 3 }""")
            .WithProblems(ProblemTypes.OfBody)
            .WithProblems(ProblemTypes.NothingWaits);

        public void DocumentDismiss() => route
            .WithName("dismissDependency")
            .WithSummary("Dismisses the events that wait for an entity")
            .WithDescription("Closes up to 1,000 events that wait for the entity. `more` says whether there are others: call it again.")
            .WithRequestExample<DismissWaitingRequest>("a dismissal", """{ "reason": "The product is discontinued." }""")
            .WithExample<DismissWaitingResponse>(StatusCodes.Status200OK, "dismissed", """{ "dismissed": 3, "more": false }""")
            .WithProblems(ProblemTypes.OfBody)
            .WithProblems(ProblemTypes.NothingWaits);
    }
}
