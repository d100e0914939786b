using System.Security.Claims;
using EventTracking.Api.Authorization;
using EventTracking.Api.Errors;
using EventTracking.Api.Validation;
using EventTracking.Core.Waiting;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EventTracking.Api.Waiting;

internal static class WaitingEndpoints
{
    public static IServiceCollection AddWaiting(this IServiceCollection services) => services
        .AddRequestValidator(new ListWaitingRequestValidator())
        .AddRequestValidator(new DependencyRequestValidator())
        .AddRequestValidator(new ReleaseRequestValidator())
        .AddRequestValidator(new DismissWaitingRequestValidator());

    public static void MapWaiting(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/waiting").WithTags("Waiting").WithPolicy(Roles.Viewer).WithValidation();
        group.MapGet("", ListAsync).DocumentList();

        var actions = routes.MapGroup("/waiting/{dependency}").WithTags("Waiting").WithPolicy(Roles.Operator).WithValidation();
        actions.MapPost("/import", ImportAsync).DocumentImport();
        actions.MapPost("/release", ReleaseAsync).DocumentRelease();
        actions.MapPost("/dismiss", DismissAsync).DocumentDismiss();
    }

    private static async Task<Ok<WaitingResponse>> ListAsync([AsParameters] ListWaitingRequest request, WaitingDesk desk, CancellationToken cancellationToken) =>
        TypedResults.Ok(WaitingResponse.From(await desk.ListAsync(request.PageSize, cancellationToken)));

    private static async Task<Results<Accepted<WaitingImportResponse>, ProblemHttpResult>> ImportAsync(
        [AsParameters] DependencyRequest request, ClaimsPrincipal user, WaitingDesk desk, CancellationToken cancellationToken) =>
        await desk.ImportAsync(request.Parse(), NameOf(user), cancellationToken) is { } import
            ? TypedResults.Accepted($"/events/{import}", new WaitingImportResponse(import.ToString()))
            : ProblemTypes.NothingWaits.ToResult();

    private static async Task<Results<Ok<ReleaseResponse>, ProblemHttpResult>> ReleaseAsync(
        [AsParameters] DependencyRequest dependency, ReleaseRequest? request, ClaimsPrincipal user, WaitingDesk desk, CancellationToken cancellationToken) =>
        await desk.ReleaseAsync(dependency.Parse(), NameOf(user), request?.Reason, cancellationToken) is var released and > 0
            ? TypedResults.Ok(new ReleaseResponse(released))
            : ProblemTypes.NothingWaits.ToResult();

    private static async Task<Results<Ok<DismissWaitingResponse>, ProblemHttpResult>> DismissAsync(
        [AsParameters] DependencyRequest dependency, DismissWaitingRequest request, ClaimsPrincipal user, WaitingDesk desk, CancellationToken cancellationToken)
    {
        var (dismissed, more) = await desk.DismissAsync(dependency.Parse(), NameOf(user), request.Reason!, cancellationToken);
        return dismissed > 0 || more ? TypedResults.Ok(new DismissWaitingResponse(dismissed, more)) : ProblemTypes.NothingWaits.ToResult();
    }

    private static string NameOf(ClaimsPrincipal user) => user.Identity?.Name ?? throw new InvalidOperationException("The caller has no name although the route requires an API key.");
}
