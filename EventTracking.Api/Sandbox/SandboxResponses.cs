using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EventTracking.Api.Sandbox;

/// <summary>Responses that both sides share.</summary>
internal static class SandboxResponses
{
    public static IResult Json(JsonObject body, int status = StatusCodes.Status200OK) =>
        TypedResults.Text(body.ToJsonString(), "application/json", statusCode: status);

    public static JsonArray Array(IEnumerable<JsonNode?> nodes) => new([.. nodes]);

    /// <summary>Applies the fault to a call, or lets it through to the real response.</summary>
    /// <param name="fault">The fault of this call.</param>
    /// <param name="context">The call.</param>
    /// <param name="next">Produces the real response.</param>
    /// <param name="respond">Produces the response of this side to a fault that both sides have, each in its own way.</param>
    /// <param name="time">The clock.</param>
    public static async ValueTask<object?> WithFaultAsync(
        SandboxFault fault,
        EndpointFilterInvocationContext context,
        EndpointFilterDelegate next,
        Func<HttpContext, SandboxFault, IResult> respond,
        TimeProvider time)
    {
        var http = context.HttpContext;
        switch (fault.Kind)
        {
            case SandboxFaultKind.Timeout:
                await NeverAsync(http, time);
                return TypedResults.Empty;
            case SandboxFaultKind.Malformed:
                return Page(StatusCodes.Status200OK, "Something went wrong");
            case SandboxFaultKind.Lost:
                await next(context);
                return Page(StatusCodes.Status502BadGateway, "Bad Gateway");
            case SandboxFaultKind.None:
                return await next(context);
            case SandboxFaultKind.Throttled or SandboxFaultKind.ThrottledWithoutCode or SandboxFaultKind.Errors:
                return respond(http, fault);
            default:
                return Status(http, fault);
        }
    }

    /// <summary>A status, as a gateway in front of the system sends it.</summary>
    private static IResult Status(HttpContext http, SandboxFault fault)
    {
        if (fault.Kind == SandboxFaultKind.TooManyRequests || fault.RetryAfter is not null)
        {
            // Shopify writes decimals: "2.0".
            http.Response.Headers.RetryAfter = (fault.RetryAfter ?? 1).ToString("0.0##", CultureInfo.InvariantCulture);
        }

        switch (fault.Kind)
        {
            case SandboxFaultKind.TooManyRequests:
                return Json(new JsonObject { ["errors"] = "Throttled" }, StatusCodes.Status429TooManyRequests);
            case SandboxFaultKind.Down:
                return TypedResults.Text("Service Unavailable", statusCode: StatusCodes.Status503ServiceUnavailable);
            case SandboxFaultKind.NotFound:
                return Page(StatusCodes.Status404NotFound, "404 Not Found");
            case SandboxFaultKind.Moved:
                http.Response.Headers.Location = $"https://moved.example{http.Request.Path}?from=sandbox";
                return Page(StatusCodes.Status301MovedPermanently, "301 Moved Permanently");
            case SandboxFaultKind.Unauthorized:
                return Json(new JsonObject { ["errors"] = "[API] Invalid API key or access token (unrecognized login or wrong password)" }, StatusCodes.Status401Unauthorized);
            case SandboxFaultKind.PaymentRequired:
                return Json(new JsonObject { ["errors"] = "Unavailable Shop" }, StatusCodes.Status402PaymentRequired);
            case SandboxFaultKind.Forbidden:
                return Json(new JsonObject { ["errors"] = "[API] This action requires merchant approval for the scope." }, StatusCodes.Status403Forbidden);
            case SandboxFaultKind.Locked:
                return Json(new JsonObject { ["errors"] = "Locked" }, StatusCodes.Status423Locked);
            default:
                throw new InvalidOperationException($"The fault {fault.Kind} has no response.");
        }
    }

    // With a body, because otherwise the service would write its own problem, with an unwanted Retry-After.
    private static ContentHttpResult Page(int status, string text) => TypedResults.Text($"<html><body>{text}</body></html>", "text/html", statusCode: status);

    private static async Task NeverAsync(HttpContext http, TimeProvider time)
    {
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, time, http.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            // The caller timed out, as intended.
        }
    }
}
