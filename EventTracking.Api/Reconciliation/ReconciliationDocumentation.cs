using EventTracking.Api.Catalog;
using EventTracking.Api.Documentation;
using EventTracking.Api.Errors;

namespace EventTracking.Api.Reconciliation;

internal static class ReconciliationDocumentation
{
    private const string Page = $$"""{ "products": [ {{ProductEndpoints.Example}} ], "next": null, "coverage": {{CoverageResponse.Example}}, "importId": "3" }""";
    private const string Listed = $$"""{ "correlationId": null, "products": [ {{ProductEndpoints.Example}} ], "events": [], "more": false, "coverage": {{CoverageResponse.Example}} }""";
    private const string Sent = $$"""
        { "correlationId": "01M83YEMEGA1B2C3D4E5F6G7H8", "products": [ {{ProductEndpoints.Example}} ], "events": [ "01M83YENDRJ9K8M7N6P5Q4R3S2" ], "more": false, "coverage": null }
        """;

    extension(RouteHandlerBuilder route)
    {
        public void DocumentStart() => route
            .WithName("startReconciliation")
            .WithSummary("Reconciles quantities")
            .WithDescription(
                "Sends each product whose quantities differ through the pipeline as its own event, tracked and replayable like any other. With "
                + "`refresh`, both systems are read again first. With `dryRun`, nothing is read or sent: it lists the products whose quantities differ as they are known.")
            .WithRequestExample<StartReconciliationRequest>("only list", """{ "dryRun": true }""")
            .WithRequestExample<StartReconciliationRequest>("reconcile", """{ "limit": 100 }""")
            .WithRequestExample<StartReconciliationRequest>("read both systems first", """{ "refresh": true }""")
            .WithExample<ReconciliationResponse>(StatusCodes.Status200OK, "a dry run", Listed)
            .WithExample<ReconciliationResponse>(StatusCodes.Status202Accepted, "sent", Sent)
            .WithProblems(ProblemTypes.OfBody);

        public void DocumentList() => route
            .WithName("listDiscrepancies")
            .WithSummary("Lists products whose quantities differ")
            .WithDescription("Lists the products by product id. Both quantities are those last read. `coverage` says how much of the stock is compared, since products that are not linked or were never read do not appear.")
            .WithExample<DiscrepancyPageResponse>(StatusCodes.Status200OK, "one product", Page);
    }
}
