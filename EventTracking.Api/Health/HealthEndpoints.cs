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
        var group = routes.MapGroup("/health").WithTags("Health").AllowAnonymous().WithProblems(ProblemTypes.InternalError, ProblemTypes.TimedOut);

        group.MapGet("/live", GetLive)
            .WithName("checkLiveness")
            .WithSummary("Checks whether the process responds")
            .WithDescription("Does not check the stores: a restart would not repair them.")
            .WithExample<HealthResponse>(StatusCodes.Status200OK, "alive", Example);
        group.MapGet("/ready", GetReadyAsync)
            .WithName("checkReadiness")
            .WithSummary("Checks whether requests can be served")
            .WithDescription("Checks within two seconds that the ledger can read, can write and has room for another event. The write changes nothing.")
            .WithExample<HealthResponse>(StatusCodes.Status200OK, "ready", Example)
            .WithProblems(ProblemTypes.StoreUnavailable);
    }

    private static Ok<HealthResponse> GetLive() => TypedResults.Ok(HealthResponse.Ok);

    private static async Task<Results<Ok<HealthResponse>, ProblemHttpResult>> GetReadyAsync(Readiness readiness, CancellationToken cancellationToken) =>
        await readiness.IsReadyAsync(cancellationToken) ? TypedResults.Ok(HealthResponse.Ok) : ProblemTypes.StoreUnavailable.ToResult("The ledger did not respond in time, or has no room for another event.");
}
