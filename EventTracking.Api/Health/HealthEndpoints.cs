using EventTracking.Api.Documentation;
using EventTracking.Api.Errors;
using EventTracking.Core.Events;
using EventTracking.Core.Payloads;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EventTracking.Api.Health;

internal static class HealthEndpoints
{
    private const string Example = """{ "status": "ok" }""";

    private static readonly TimeSpan LongestCheck = TimeSpan.FromSeconds(2);

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
            .WithDescription("Asks the ledger for a read and for a write that changes nothing, for two seconds at most.")
            .WithExample<HealthResponse>(StatusCodes.Status200OK, "ready", Example)
            .WithProblems(ProblemTypes.StoreUnavailable);
    }

    private static Ok<HealthResponse> GetLive() => TypedResults.Ok(HealthResponse.Ok);

    private static async Task<Results<Ok<HealthResponse>, ProblemHttpResult>> GetReadyAsync(
        IEventLedger ledger, TimeProvider time, CancellationToken cancellationToken)
    {
        using var expiry = new CancellationTokenSource(LongestCheck, time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, cancellationToken);
        try
        {
            // On another thread and given up from here, since a store that hangs need neither look at a token nor return.
            await Task.Run(() => AskAsync(ledger, ended.Token), ended.Token).WaitAsync(ended.Token);
            return TypedResults.Ok(HealthResponse.Ok);
        }
        catch (Exception exception) when (exception is StoreUnavailableException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return ProblemTypes.StoreUnavailable.ToResult("The ledger did not answer.");
        }
    }

    private static async Task AskAsync(IEventLedger ledger, CancellationToken cancellationToken)
    {
        await ledger.FindAsync(Nothing, cancellationToken);

        // Goes all the way of a write and changes nothing, since there is no such event.
        await ledger.CheckpointAsync(Nothing, 1, [], cancellationToken);
    }
}
