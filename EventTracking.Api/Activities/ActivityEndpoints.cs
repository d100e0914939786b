using EventTracking.Api.Authorization;
using EventTracking.Api.Documentation;
using EventTracking.Api.Validation;
using EventTracking.Core.Activities;
using EventTracking.Core.Functions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EventTracking.Api.Activities;

internal static class ActivityEndpoints
{
    private const string Counts = """
        {
          "accepted": 120, "succeeded": 117, "failed": 1, "retried": 2, "waiting": 1, "superseded": 0, "ignored": 0, "postponed": 0, "timedOut": 0, "batches": 14,
          "run": { "p50": 181, "p95": 362, "p99": 724.1 }, "lag": { "p50": 22.6, "p95": 90.5, "p99": 256 },
          "counters": { "brightpearl.calls": 14, "drift.corrected": 1, "shopify.calls": 28 }, "cost": null
        }
        """;

    private const string Example = $$"""
        {
          "from": "2026-11-23T10:00:00.000Z", "to": "2026-11-23T11:00:00.000Z", "step": "5m",
          "functions": [
            {
              "function": "stock-sync", "queue": { "items": 3, "deadLetters": 0 }, "lastRunAt": "2026-11-23T10:15:00.000Z", "total": {{Counts}},
              "builds": [ { "build": "0a1b2c3d", "from": "2026-11-23T10:15:00.000Z" } ],
              "slots": [ { "from": "2026-11-23T10:15:00.000Z", "counts": {{Counts}} } ]
            }
          ]
        }
        """;

    public static IServiceCollection AddActivities(this IServiceCollection services) => services
        .AddSingleton<ActivityReader>()
        .AddSingleton(provider => RequestValidator.For(new ActivityRequestValidator(
            provider.GetRequiredService<FunctionRegistry>(), provider.GetRequiredService<IActivityStore>(), provider.GetRequiredService<TimeProvider>())));

    public static void MapActivities(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/activity").WithTags("Activity").WithPolicy(Roles.Viewer).WithValidation();

        group.MapGet("", ReadAsync)
            .WithName("listActivity")
            .WithSummary("Shows what the functions did")
            .WithDescription(
                "Counts per function and slot, stored at the end of each batch and kept for 30 days, and how full the queues are now. The counts are for watching: a process that is killed "
                + "loses those of the batches that it ran, and the list of events has the truth.")
            .WithExample<ActivityResponse>(StatusCodes.Status200OK, "one function", Example);
    }

    private static async Task<Ok<ActivityResponse>> ReadAsync([AsParameters] ActivityRequest request, ActivityReader reader, CancellationToken cancellationToken) =>
        TypedResults.Ok(await reader.ReadAsync(request, cancellationToken));
}
