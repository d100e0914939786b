using System.Security.Claims;
using EventTracking.Api.Authorization;
using EventTracking.Api.Documentation;
using EventTracking.Api.Errors;
using EventTracking.Api.Validation;
using EventTracking.Core.Events;
using EventTracking.Core.Intake;
using EventTracking.Core.Records;
using EventTracking.Stock.Imports;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EventTracking.Api.Catalog;

using Found = Results<Ok<CatalogImportResponse>, ProblemHttpResult>;

internal static class CatalogImportEndpoints
{
    public static void MapCatalogImports(this IEndpointRouteBuilder routes)
    {
        var reads = routes.MapGroup("/catalog/imports").WithTags("Catalog").WithPolicy(Roles.Viewer).WithValidation();
        var writes = routes.MapGroup("/catalog/imports").WithTags("Catalog").WithPolicy(Roles.Operator).WithValidation();

        writes.MapPost("", StartAsync)
            .WithName("startCatalogImport")
            .WithSummary("Imports the whole catalog")
            .WithDescription(
                "Reads all products of both systems, links those that have the same SKU, records why the others cannot be linked, and has the stock of newly linked "
                + "products set. Each step is an event. While an import is running, the response is about that one, which keeps the reason of its own start.")
            .WithRequestExample<StartCatalogImportRequest>("a start", """{ "reason": "Prices and SKUs were imported at Brightpearl." }""")
            .WithResponseHeader(StatusCodes.Status202Accepted, "Location", "The path of the import.")
            .WithExample<CatalogImportResponse>(StatusCodes.Status202Accepted, "started", CatalogImportResponse.Example)
            .WithProblems(ProblemTypes.OfBody);
        reads.MapGet("", GetLastAsync)
            .WithName("getLastCatalogImport")
            .WithSummary("Shows the last import of the catalog")
            .WithDescription("Returns the import that is running, or else the one that ended last.")
            .WithExample<CatalogImportResponse>(StatusCodes.Status200OK, "an import", CatalogImportResponse.Example)
            .WithProblems(ProblemTypes.CatalogImportNotFound);
        reads.MapGet("/{id}", GetAsync)
            .WithName("getCatalogImport")
            .WithSummary("Shows an import of the catalog")
            .WithDescription("Returns how far the import is and what it has found. The last 20 imports are kept.")
            .WithExample<CatalogImportResponse>(StatusCodes.Status200OK, "an import", CatalogImportResponse.Example)
            .WithProblems(ProblemTypes.CatalogImportNotFound);
        writes.MapDelete("/{id}", CancelAsync)
            .WithName("cancelCatalogImport")
            .WithSummary("Cancels an import of the catalog")
            .WithDescription("The import ends after its present step. What it has linked stays linked. An import that has ended does not change.")
            .WithExample<CatalogImportResponse>(StatusCodes.Status200OK, "an import", CatalogImportResponse.Example)
            .WithProblems(ProblemTypes.CatalogImportNotFound);
    }

    private static async Task<Accepted<CatalogImportResponse>> StartAsync(
        StartCatalogImportRequest? request, ClaimsPrincipal user, CatalogImports imports, EventIntake intake, IEventLedger ledger, CancellationToken cancellationToken)
    {
        var started = await imports.StartAsync(new OperatorDecision(NameOf(user), request?.Reason), async running => await FindFailureAsync(running, imports, intake, ledger, cancellationToken) is not null, cancellationToken);
        var response = await ShowAsync(started, imports, intake, ledger, cancellationToken);
        return TypedResults.Accepted($"/catalog/imports/{response.Id}", response);
    }

    private static async Task<Found> GetLastAsync(CatalogImports imports, EventIntake intake, IEventLedger ledger, CancellationToken cancellationToken) =>
        await FoundAsync(await imports.FindLastAsync(cancellationToken), imports, intake, ledger, cancellationToken);

    private static async Task<Found> GetAsync([AsParameters] CatalogImportIdRequest request, CatalogImports imports, EventIntake intake, IEventLedger ledger, CancellationToken cancellationToken) =>
        await FoundAsync(await imports.FindAsync(request.Parse(), cancellationToken), imports, intake, ledger, cancellationToken);

    private static async Task<Found> CancelAsync(
        [AsParameters] CatalogImportIdRequest id,
        [AsParameters] CancelCatalogImportRequest request,
        ClaimsPrincipal user,
        CatalogImports imports,
        EventIntake intake,
        IEventLedger ledger,
        CancellationToken cancellationToken) =>
        await FoundAsync(await imports.CancelAsync(id.Parse(), new OperatorDecision(NameOf(user), request.Reason), cancellationToken), imports, intake, ledger, cancellationToken);

    private static async Task<Found> FoundAsync(StoredRecord<CatalogImportDocument>? import, CatalogImports imports, EventIntake intake, IEventLedger ledger, CancellationToken cancellationToken) =>
        import is null ? ProblemTypes.CatalogImportNotFound.ToResult() : TypedResults.Ok(await ShowAsync(import, imports, intake, ledger, cancellationToken));

    private static async Task<CatalogImportResponse> ShowAsync(StoredRecord<CatalogImportDocument> import, CatalogImports imports, EventIntake intake, IEventLedger ledger, CancellationToken cancellationToken) =>
        CatalogImportResponse.From(import, EventOf(import, imports, intake), await FindFailureAsync(import, imports, intake, ledger, cancellationToken));

    /// <summary>Returns why a running import does not go on by itself: the event of its step failed, or an operator dismissed it.</summary>
    private static async Task<string?> FindFailureAsync(StoredRecord<CatalogImportDocument> import, CatalogImports imports, EventIntake intake, IEventLedger ledger, CancellationToken cancellationToken) =>
        import.Value.State == CatalogImportState.Running && await ledger.FindAsync(EventOf(import, imports, intake), cancellationToken) is { Status: EventStatus.Failed or EventStatus.Dismissed } record
            ? record.Error?.Message ?? "The event of its step was dismissed."
            : null;

    /// <summary>The event of the next step or, once the import has ended, that of its last one.</summary>
    private static EventId EventOf(StoredRecord<CatalogImportDocument> import, CatalogImports imports, EventIntake intake) => intake.IdOf(imports.Compose(
        import.Value.State == CatalogImportState.Succeeded ? import with { Value = import.Value with { Step = import.Value.Step - 1 } } : import));

    private static string NameOf(ClaimsPrincipal user) => user.Identity?.Name ?? throw new InvalidOperationException("The caller has no name although the route requires an API key.");
}
