using EventTracking.Api.Documentation;
using EventTracking.Api.Errors;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EventTracking.Api.Health;

internal static class HealthEndpoints
{
    private const string Example = """{ "status": "ok" }""";

    public static IServiceCollection AddHealth(this IServiceCollection services) => services.AddSingleton<Readiness>();

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/health").WithTags("Health").AllowAnonymous().WithProblems(ProblemTypes.InternalError);

        group.MapGet("/live", GetLive)
            .WithSummary("Tells whether the process answers")
            .WithDescription("Asks nothing of any store: a restart would not mend one.")
            .WithExample<HealthResponse>(StatusCodes.Status200OK, "alive", Example);
        group.MapGet("/ready", GetReadyAsync)
            .WithSummary("Tells whether requests can be served")
            .WithDescription("Asks the ledger for a read, for a write that changes nothing and for room for another event, for two seconds at most.")
            .WithExample<HealthResponse>(StatusCodes.Status200OK, "ready", Example)
            .WithProblems(ProblemTypes.StoreUnavailable);
    }

    private static Ok<HealthResponse> GetLive() => TypedResults.Ok(HealthResponse.Ok);

    private static async Task<Results<Ok<HealthResponse>, ProblemHttpResult>> GetReadyAsync(Readiness readiness, CancellationToken cancellationToken) =>
        await readiness.IsReadyAsync(cancellationToken) ? TypedResults.Ok(HealthResponse.Ok) : ProblemTypes.StoreUnavailable.ToResult("The ledger did not answer, or has no room for another event.");
}
