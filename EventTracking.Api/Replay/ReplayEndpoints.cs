using System.Security.Claims;
using EventTracking.Api.Authorization;
using EventTracking.Api.Errors;
using EventTracking.Api.Events;
using EventTracking.Api.Validation;
using EventTracking.Core.Events;
using EventTracking.Core.Replay;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EventTracking.Api.Replay;

internal static class ReplayEndpoints
{
    public static IServiceCollection AddReplay(this IServiceCollection services) => services
        .AddRequestValidator(new ReplayRequestValidator())
        .AddRequestValidator(new DismissRequestValidator());

    public static void MapReplay(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/events/{id}").WithTags("Replay").WithPolicy(Roles.Operator).WithValidation();

        group.MapPost("/replay", ReplayAsync).DocumentReplay();
        group.MapPost("/dismiss", DismissAsync).DocumentDismiss();
    }

    private static async Task<Results<Accepted<ReplayResponse>, ProblemHttpResult>> ReplayAsync(
        [AsParameters] EventIdRequest id, ReplayRequest request, ClaimsPrincipal user, Replayer replayer, CancellationToken cancellationToken)
    {
        var result = request.Payload is { } payload
            ? await replayer.ReplayEditedAsync(id.Parse(), NameOf(user), request.Reason, payload.ToBytes(), payload.ContentType, cancellationToken)
            : await replayer.ReplayAsync(id.Parse(), NameOf(user), request.Reason, request.Force, cancellationToken);
        return result switch
        {
            ReplayResult.Sent sent => TypedResults.Accepted($"/events/{sent.Id}", new ReplayResponse(sent.Id.ToString(), sent.Function)),
            ReplayResult.InProgress { Status: var status } => ProblemTypes.EventInProgress.ToResult(ProblemTexts.EventInProgress(status.ToText())),
            ReplayResult.StatusUnknown { Stored: var status } => ProblemTypes.StatusUnknown.ToResult(ProblemTexts.StatusUnknown(status)),
            ReplayResult.NeedsForce { Status: var status } => ProblemTypes.ForceNeeded.ToResult(ProblemTexts.ForceNeeded(status.ToText())),
            ReplayResult.FunctionUnknown { Function: var function } => ProblemTypes.FunctionUnknown.ToResult(ProblemTexts.FunctionUnknown(function)),
            ReplayResult.Futile { Reason: var reason } => ProblemTypes.ReplayFutile.ToResult(reason),
            ReplayResult.PayloadGone gone => ProblemTypes.PayloadGone.ToResult(gone.Reason),
            _ => ProblemTypes.EventNotFound.ToResult(),
        };
    }

    private static async Task<Results<Ok<DismissResponse>, ProblemHttpResult>> DismissAsync(
        [AsParameters] EventIdRequest id, DismissRequest request, ClaimsPrincipal user, Replayer replayer, CancellationToken cancellationToken) =>
        await replayer.DismissAsync(id.Parse(), NameOf(user), request.Reason!, cancellationToken) switch
        {
            TransitionResult.Done done => TypedResults.Ok(new DismissResponse(done.Record.Id.ToString(), done.Record.Status.ToText())),
            TransitionResult.Refused { Status: var status } => ProblemTypes.NotDismissible.ToResult(ProblemTexts.NotDismissible(status.ToText())),
            _ => ProblemTypes.EventNotFound.ToResult(),
        };

    private static string NameOf(ClaimsPrincipal user) => user.Identity?.Name ?? throw new InvalidOperationException("The caller has no name although the route requires an API key.");
}
