using System.Security.Claims;
using EventTracking.Api.Authorization;
using EventTracking.Api.Errors;
using EventTracking.Api.Validation;
using EventTracking.Core.Failures;
using EventTracking.Core.Functions;
using EventTracking.Core.Replay;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EventTracking.Api.Failures;

internal static class FailureEndpoints
{
    /// <summary>More groups are not looked up for a list. Those with the most events come first.</summary>
    private const int MaxGroups = 200;

    private const int AtOnce = 20;

    public static IServiceCollection AddFailures(this IServiceCollection services) => services
        .AddSingleton(provider => RequestValidator.For(new ListFailuresRequestValidator(
            provider.GetRequiredService<FailureOverviews>(), provider.GetRequiredService<FailureGroups>(), provider.GetRequiredService<FunctionRegistry>())))
        .AddRequestValidator(new ListMootFailuresRequestValidator())
        .AddRequestValidator(new FingerprintRequestValidator())
        .AddSingleton(provider => RequestValidator.For(new TriageRequestValidator(provider.GetRequiredService<TimeProvider>())));

    /// <summary>What an operator has just changed must show in the counts that the same process shows next.</summary>
    public static void UseFreshCounts(this WebApplication app) => app.Use(static async (context, next) =>
    {
        try
        {
            await next(context);
        }
        finally
        {
            if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method) && context.User.IsInRole(Roles.Operator))
            {
                context.RequestServices.GetRequiredService<FailureOverviews>().Forget();
            }
        }
    });

    public static void MapFailures(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/failures").WithTags("Failures").WithPolicy(Roles.Viewer).WithValidation();
        group.MapGet("", ListAsync).DocumentList();
        group.MapGet("/moot", ListMootAsync).DocumentListMoot();
        group.MapGet("/{fingerprint}", GetAsync).DocumentGet();

        var changes = routes.MapGroup("/failures").WithTags("Failures").WithPolicy(Roles.Operator).WithValidation();
        changes.MapPatch("/{fingerprint}", ChangeAsync).DocumentChange();
    }

    private static async Task<Ok<FailuresResponse>> ListAsync(
        [AsParameters] ListFailuresRequest request, FailureOverviews overviews, FailureGroups groups, CancellationToken cancellationToken)
    {
        var overview = await overviews.GetAsync(cancellationToken);
        var wanted = overview.Groups.Where(group => request.Cause is null || group.Cause == request.Cause).OrderByDescending(group => group.Count).ToArray();
        var found = new Dictionary<string, FailureGroup>(StringComparer.Ordinal);
        foreach (var chunk in wanted.Take(MaxGroups).Chunk(AtOnce))
        {
            foreach (var stored in await Task.WhenAll(chunk.Select(group => groups.FindAsync(group.Fingerprint, cancellationToken))))
            {
                if (stored is not null)
                {
                    found[stored.Value.Fingerprint] = stored.Value;
                }
            }
        }

        var shown = wanted.Take(MaxGroups)
            .Select(group => (Counted: group, Triage: found.GetValueOrDefault(group.Fingerprint)))
            .Where(group => request.ParsedState is not { } state || (group.Triage?.State ?? TriageState.Open) == state)
            .ToArray();

        // The state of a group is known only of those that are shown.
        var count = request.ParsedState is null ? wanted.Sum(group => group.Count) : shown.Sum(group => group.Counted.Count);
        return TypedResults.Ok(FailuresResponse.From(overview, count, shown, Math.Max(0, wanted.Length - MaxGroups)));
    }

    private static async Task<Ok<MootFailuresResponse>> ListMootAsync([AsParameters] ListMootFailuresRequest request, MootFailures moot, CancellationToken cancellationToken) =>
        TypedResults.Ok(MootFailuresResponse.From(await moot.GetAsync(cancellationToken), request));

    private static async Task<Results<Ok<FailureGroupDetailResponse>, ProblemHttpResult>> GetAsync(
        [AsParameters] FingerprintRequest request, FailureOverviews overviews, FailureGroups groups, MootSample moot, CancellationToken cancellationToken)
    {
        var overview = await overviews.GetAsync(cancellationToken);
        var triage = (await groups.FindAsync(request.Fingerprint, cancellationToken))?.Value;
        if (FailureGroupResponse.FromOrNull(overview.Find(request.Fingerprint), triage) is not { } group)
        {
            return ProblemTypes.FailureNotFound.ToResult();
        }

        var (judged, mootCount) = group.Failed == 0 ? default : await moot.CountAsync(request.Fingerprint, cancellationToken);
        return TypedResults.Ok(new FailureGroupDetailResponse(overview.AsOf, group, new MootResponse(judged, mootCount), TriageResponse.From(triage)));
    }

    private static async Task<Results<Ok<TriageResponse>, ProblemHttpResult>> ChangeAsync(
        [AsParameters] FingerprintRequest fingerprint, TriageRequest request, ClaimsPrincipal user, FailureTriage triage, CancellationToken cancellationToken) =>
        await triage.ChangeAsync(fingerprint.Fingerprint, request.Parse(), NameOf(user), cancellationToken) is { } group
            ? TypedResults.Ok(TriageResponse.From(group))
            : ProblemTypes.FailureNotFound.ToResult();

    private static string NameOf(ClaimsPrincipal user) => user.Identity?.Name ?? throw new InvalidOperationException("The caller has no name although the route requires an API key.");
}
