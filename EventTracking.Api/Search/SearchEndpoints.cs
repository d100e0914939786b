using EventTracking.Api.Authorization;
using EventTracking.Api.Documentation;
using EventTracking.Api.Errors;
using EventTracking.Api.Validation;
using EventTracking.Core.Search;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EventTracking.Api.Search;

internal static class SearchEndpoints
{
    private const string Example = """
        {
          "q": "SHIRT-M", "found": 1,
          "readings": [
            {
              "kind": "sku", "entities": [ "product:1008", "inventory-item:271878346596884015" ],
              "events": [
                {
                  "id": "01M83YEMEGQ2V7N4X9B6C1D0EF", "status": "failed", "source": "shopify", "account": "example.myshopify.com",
                  "topic": "inventory_levels/update", "function": "inventory-observed", "entity": "inventory-item:271878346596884015",
                  "triggeredAt": "2026-11-23T10:15:30.000Z", "receivedAt": "2026-11-23T10:15:30.412Z", "updatedAt": "2026-11-23T10:15:31.035Z",
                  "attemptCount": 1, "waitingOn": null, "fingerprint": "5f2a9c01", "error": "Two variants have the SKU 'SHIRT-M': 271878346596884015 and 271878346596884016."
                }
              ],
              "more": false, "reason": null
            },
            { "kind": "payload-key", "entities": [], "events": [], "more": false, "reason": "No payload had this value at a configured path while the path was configured." }
          ]
        }
        """;

    private const string Forecast = """
        { "forecast": { "segments": 3300, "bytes": 41580000, "dollars": 0.00134, "seconds": 12 }, "hits": [], "segments": 0, "bytes": 0, "unreadable": 0, "next": null }
        """;

    private const string Hit = """
        {
          "forecast": null,
          "hits": [ { "eventId": "01M83YEMEGQ2V7N4X9B6C1D0EF", "source": "shopify", "topic": "orders/create", "receivedAt": "2026-11-23T10:15:30.412Z" } ],
          "segments": 3300, "bytes": 41580000, "unreadable": 0, "next": null
        }
        """;

    public static IServiceCollection AddSearch(this IServiceCollection services) => services
        .AddRequestValidator(new SearchRequestValidator())
        .AddRequestValidator(new DeepSearchRequestValidator());

    public static void MapSearch(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/search").WithTags("Search").WithPolicy(Roles.Viewer).WithValidation();

        group.MapGet("", FindAsync)
            .WithName("findEvents")
            .WithSummary("Finds events by any key")
            .WithDescription(
                "Recognizes what kinds of key the text can be and tries all of them. The answer has a reading for each, also for those that found nothing, with the reason. "
                + "A search reads a bounded number of records, so a delivery id or a trace id is looked for within a day or two.")
            .WithExample<SearchResponse>(StatusCodes.Status200OK, "a SKU", Example);

        // It costs money, so it is not for everybody who may look.
        var deep = routes.MapGroup("/search/deep").WithTags("Search").WithPolicy(Roles.Operator).WithValidation();

        deep.MapPost("", SearchPayloadsAsync)
            .WithName("searchPayloads")
            .WithSummary("Searches inside payloads")
            .WithDescription(
                "Reads all payloads that were archived on the given days, the newest first, and returns the events whose body has the text. With `dryRun`, it only says how many segments "
                + "that are, what reading them costs and about how long it takes. A call ends after 50 hits or 15 seconds; `next` continues.")
            .WithRequestExample<DeepSearchRequest>("forecast", """{ "text": "jane.roe@example.com", "from": "2026-11-20", "to": "2026-11-23", "dryRun": true }""")
            .WithRequestExample<DeepSearchRequest>("search", """{ "text": "#1001", "from": "2026-11-23", "to": "2026-11-23" }""")
            .WithExample<DeepSearchResponse>(StatusCodes.Status200OK, "a forecast", Forecast)
            .WithExample<DeepSearchResponse>(StatusCodes.Status200OK, "a hit", Hit)
            .WithProblems(ProblemTypes.OfBody);
    }

    private static async Task<Ok<DeepSearchResponse>> SearchPayloadsAsync(DeepSearchRequest request, DeepSearch search, CancellationToken cancellationToken)
    {
        var (from, to) = request.Days;
        return TypedResults.Ok(request.DryRun
            ? DeepSearchResponse.From(await search.ForecastAsync(from, to, cancellationToken))
            : DeepSearchResponse.From(await search.RunAsync(request.Text!, from, to, request.Position, cancellationToken)));
    }

    private static async Task<Ok<SearchResponse>> FindAsync([AsParameters] SearchRequest request, KeySearch search, CancellationToken cancellationToken) =>
        TypedResults.Ok(SearchResponse.From(request.Text, await search.FindAsync(request.Text, request.ParsedDay, cancellationToken)));
}
