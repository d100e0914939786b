using EventTracking.Api.Documentation;
using EventTracking.Api.Errors;
using EventTracking.Core.Events;
using EventTracking.Core.Payloads;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EventTracking.Api.Health;

internal static class HealthEndpoints
{
    private const string Example = """{ "status": "ok" }""";

    private static readonly TimeSpan LongestRead = TimeSpan.FromSeconds(2);

    // No event has it: a read by key that finds nothing is the cheapest question a store can be asked.
    private static readonly EventId Nothing = EventId.ForDelivery("health", "", "", DateTimeOffset.UnixEpoch);

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/health").WithTags("Health").AllowAnonymous().WithProblems(ProblemTypes.InternalError);

        group.MapGet("/live", GetLive)
            .WithSummary("Tells whether the process answers")
            .WithDescription("Asks nothing of any store: a restart would not mend one.")
            .WithExample<HealthResponse>(StatusCodes.Status200OK, "alive", Example);
        group.MapGet("/ready", GetReadyAsync)
            .WithSummary("Tells whether requests can be served")
            .WithDescription("Reads from the ledger, for two seconds at most.")
            .WithExample<HealthResponse>(StatusCodes.Status200OK, "ready", Example)
            .WithProblems(ProblemTypes.StoreUnavailable);
    }

    private static Ok<HealthResponse> GetLive() => TypedResults.Ok(HealthResponse.Ok);

    private static async Task<Results<Ok<HealthResponse>, ProblemHttpResult>> GetReadyAsync(
        IEventLedger ledger, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            // Given up from here, since a store that hangs need not look at a token, and one that reads on the caller's thread
            // would not even return.
            await Task.Run(() => ledger.FindAsync(Nothing, cancellationToken), cancellationToken).WaitAsync(LongestRead, time, cancellationToken);
            return TypedResults.Ok(HealthResponse.Ok);
        }
        catch (Exception exception) when (exception is StoreUnavailableException or TimeoutException)
        {
            return ProblemTypes.StoreUnavailable.ToResult("The ledger did not answer.");
        }
    }
}
