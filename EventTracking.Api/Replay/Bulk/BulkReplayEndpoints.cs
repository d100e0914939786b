using System.Security.Claims;
using EventTracking.Api.Authorization;
using EventTracking.Api.Errors;
using EventTracking.Api.Validation;
using EventTracking.Core.Replay;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EventTracking.Api.Replay.Bulk;

using Changed = Results<Ok<ReplayJobResponse>, ProblemHttpResult>;

internal static class BulkReplayEndpoints
{
    public static IServiceCollection AddBulkReplay(this IServiceCollection services) => services
        .AddSingleton<ReplayEventPages>()
        .AddRequestValidator(new CreateReplayRequestValidator())
        .AddRequestValidator(new ReplayIdRequestValidator())
        .AddRequestValidator(new StartReplayRequestValidator())
        .AddRequestValidator(new ReplayRateRequestValidator())
        .AddRequestValidator(new ListReplaysRequestValidator())
        .AddRequestValidator(new ListReplayEventsRequestValidator());

    public static void MapBulkReplay(this IEndpointRouteBuilder routes)
    {
        var reads = routes.MapGroup("/replays").WithTags("Replays").WithPolicy(Roles.Viewer).WithValidation();
        var writes = routes.MapGroup("/replays").WithTags("Replays").WithPolicy(Roles.Operator).WithValidation();

        writes.MapPost("", PlanAsync).DocumentPlan();
        reads.MapGet("", ListAsync).DocumentList();
        reads.MapGet("/{id}", GetAsync).DocumentGet();
        reads.MapGet("/{id}/events", ListEventsAsync).DocumentListEvents();
        writes.MapPost("/{id}/start", StartAsync).DocumentStart();
        writes.MapPost("/{id}/pause", PauseAsync).DocumentPause();
        writes.MapPost("/{id}/resume", ResumeAsync).DocumentResume();
        writes.MapPost("/{id}/cancel", CancelAsync).DocumentCancel();
        writes.MapPut("/{id}/rate", ChangeRateAsync).DocumentRate();
    }

    private static async Task<Results<Created<ReplayJobResponse>, ProblemHttpResult>> PlanAsync(CreateReplayRequest request, ClaimsPrincipal user, ReplayPlanner planner, CancellationToken cancellationToken)
    {
        var by = user.Identity?.Name ?? throw new InvalidOperationException("The caller has no name although the route requires an API key.");
        return await planner.PlanAsync(request.Parse(by), cancellationToken) switch
        {
            ReplayPlan.Made { Job: var job } when ReplayJobResponse.From(job) is var response => TypedResults.Created($"/replays/{response.Id}", response),
            ReplayPlan.Empty => ProblemTypes.NoEvents.ToResult(request.FailedOf is { } failedOf
                ? ProblemTexts.NothingFailed(failedOf)
                : ProblemTexts.NoEvents(request.Filter?.Fingerprints ?? [], request.Filter?.Cause)),
            ReplayPlan.TooMany => ProblemTypes.TooManyEvents.ToResult(),
            _ => ProblemTypes.ReplayNotFound.ToResult(),
        };
    }

    private static async Task<Ok<ReplayPageResponse>> ListAsync([AsParameters] ListReplaysRequest request, ReplayJobs jobs, CancellationToken cancellationToken)
    {
        var page = await jobs.ListAsync(request.After, request.PageSize, cancellationToken);
        return TypedResults.Ok(new ReplayPageResponse(
            [.. page.Select(job => ReplayJobResponse.From(job))],
            page.Count == request.PageSize ? ReplayId.OfRecord(page[^1].Id).ToString() : null));
    }

    private static async Task<Changed> GetAsync([AsParameters] ReplayIdRequest request, ReplayJobs jobs, CancellationToken cancellationToken) =>
        await jobs.FindAsync(request.Parse(), cancellationToken) is { } job ? TypedResults.Ok(ReplayJobResponse.From(job)) : ProblemTypes.ReplayNotFound.ToResult();

    private static async Task<Results<ReplayEventResult, ProblemHttpResult>> ListEventsAsync(
        [AsParameters] ListReplayEventsRequest request, ReplayJobs jobs, ReplayEventPages pages, CancellationToken cancellationToken) =>
        await jobs.FindAsync(request.Job, cancellationToken) is { } job && await pages.ReadAsync(job, request, cancellationToken) is { } page
            ? new ReplayEventResult(page)
            : ProblemTypes.ReplayNotFound.ToResult();

    private static async Task<Changed> StartAsync(
        [AsParameters] ReplayIdRequest id, StartReplayRequest request, ReplayJobs jobs, ReplayPlanner planner, TimeProvider time, CancellationToken cancellationToken)
    {
        if ((request.Ramp is not null || request.EventsPerSecond is not null) && await IsDismissalAsync(id, jobs, cancellationToken))
        {
            return ProblemTypes.DismissalHasNoRate.ToResult();
        }

        var change = await jobs.ChangeAsync(id.Parse(), job => ReplayTransitions.Start(job, request.Ramp ?? true, request.EventsPerSecond, time.GetUtcNow()), cancellationToken);
        return change is ReplayChange.Done { Job: var started }
            ? TypedResults.Ok(ReplayJobResponse.From(started, await planner.CountArrivedAsync(started.Value, cancellationToken)))
            : ResultOf(change, "started");
    }

    private static async Task<Changed> PauseAsync([AsParameters] ReplayIdRequest id, ReplayJobs jobs, CancellationToken cancellationToken) =>
        ResultOf(await jobs.ChangeAsync(id.Parse(), ReplayTransitions.Pause, cancellationToken), "paused");

    private static async Task<Changed> ResumeAsync([AsParameters] ReplayIdRequest id, ResumeReplayRequest request, ReplayJobs jobs, CancellationToken cancellationToken) =>
        request.Ramp is not null && await IsDismissalAsync(id, jobs, cancellationToken) ? ProblemTypes.DismissalHasNoRate.ToResult() : ResultOf(await jobs.ChangeAsync(id.Parse(), job => ReplayTransitions.Resume(job, request.Ramp ?? true), cancellationToken), "resumed");

    private static async Task<Changed> CancelAsync([AsParameters] ReplayIdRequest id, ReplayJobs jobs, TimeProvider time, CancellationToken cancellationToken) =>
        ResultOf(await jobs.ChangeAsync(id.Parse(), job => ReplayTransitions.Cancel(job, time.GetUtcNow()), cancellationToken), "cancelled");

    private static async Task<Changed> ChangeRateAsync([AsParameters] ReplayIdRequest id, ReplayRateRequest request, ReplayJobs jobs, CancellationToken cancellationToken) =>
        await IsDismissalAsync(id, jobs, cancellationToken) ? ProblemTypes.DismissalHasNoRate.ToResult() : ResultOf(await jobs.ChangeAsync(id.Parse(), job => ReplayTransitions.ChangeRate(job, request.EventsPerSecond), cancellationToken), "given another rate");

    /// <summary>What a job does never changes.</summary>
    private static async Task<bool> IsDismissalAsync(ReplayIdRequest id, ReplayJobs jobs, CancellationToken cancellationToken) =>
        await jobs.FindAsync(id.Parse(), cancellationToken) is { Value.Action: ReplayAction.Dismiss };

    private static Changed ResultOf(ReplayChange change, string what) => change switch
    {
        ReplayChange.Done { Job: var job } => TypedResults.Ok(ReplayJobResponse.From(job)),
        ReplayChange.Refused { State: var state } => ProblemTypes.ReplayState.ToResult(ProblemTexts.ReplayState(state.ToText(), what)),
        _ => ProblemTypes.ReplayNotFound.ToResult(),
    };
}
