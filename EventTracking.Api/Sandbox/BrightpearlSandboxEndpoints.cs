using EventTracking.Stock.Connectors.Brightpearl;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace EventTracking.Api.Sandbox;

/// <summary>The address of the small Brightpearl, with its tokens, its faults and the pool of calls that all of its clients share.</summary>
internal static class BrightpearlSandboxEndpoints
{
    private const string Bearer = "Bearer ";

    public static void MapBrightpearlSandbox(this IEndpointRouteBuilder routes)
    {
        var account = routes.MapGroup("/sandbox/brightpearl/public-api/{account}").AllowAnonymous().ExcludeFromDescription();

        // Every response says how many calls are left, even one that refuses or fails.
        account.AddEndpointFilter(Throttle);
        account.AddEndpointFilter(RefuseUnknownToken);
        account.AddEndpointFilter(Misbehave);
        account.MapGet("/{**resource}", Answer);
    }

    private static IResult Answer(string? resource, HttpRequest request, BrightpearlSandboxApi api)
    {
        var (status, body) = api.Answer(resource ?? "", name => request.Query[name]);
        return SandboxResponses.Json(body, status);
    }

    private static ValueTask<object?> Throttle(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        return http.RequestServices.GetRequiredService<BrightpearlSandboxBudget>().Spend(http.Response)
            ? next(context)
            : ValueTask.FromResult<object?>(TooBusy());
    }

    private static ValueTask<object?> RefuseUnknownToken(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var expected = http.RequestServices.GetRequiredService<IOptions<BrightpearlOptions>>().Value;
        return http.Request.Headers["brightpearl-app-ref"] == expected.AppRef
            && (expected.OAuth.IsUsed ? IsAuthorized(http, expected.OAuth) : http.Request.Headers["brightpearl-staff-token"] == expected.StaffToken)
            && (string?)http.Request.RouteValues["account"] == expected.Account
                ? next(context)
                : ValueTask.FromResult<object?>(SandboxResponses.Json(
                    BrightpearlSandboxMessages.Error("CMNC-401", "The app reference or the staff token is not valid for this account"),
                    StatusCodes.Status401Unauthorized));
    }

    private static bool IsAuthorized(HttpContext http, BrightpearlOAuthOptions expected) =>
        http.Request.Headers["brightpearl-dev-ref"] == expected.DeveloperRef
        && http.Request.Headers.Authorization is [{ } authorization]
        && authorization.StartsWith(Bearer, StringComparison.Ordinal)
        && http.RequestServices.GetRequiredService<BrightpearlSandboxTokens>().IsValid(authorization[Bearer.Length..]);

    private static ValueTask<object?> Misbehave(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var services = context.HttpContext.RequestServices;
        var fault = services.GetRequiredService<BrightpearlFaults>().Take();
        return SandboxResponses.WithFaultAsync(fault, context, next, Respond, services.GetRequiredService<TimeProvider>());
    }

    /// <summary>Responds to a fault in Brightpearl's own way.</summary>
    private static IResult Respond(HttpContext context, SandboxFault fault)
    {
        if (fault.Kind == SandboxFaultKind.Errors)
        {
            return SandboxResponses.Json(BrightpearlSandboxMessages.Error("CMNC-500", "The sandbox could not process the request"));
        }

        BrightpearlSandboxBudget.WriteHeaders(context.Response, remaining: 0, TimeSpan.FromSeconds(fault.RetryAfter ?? 0.5));
        return TooBusy();
    }

    private static ContentHttpResult TooBusy() => TypedResults.Text("Too Busy", statusCode: StatusCodes.Status503ServiceUnavailable);
}
