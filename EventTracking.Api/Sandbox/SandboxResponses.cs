using System.Globalization;
using System.Text.Json.Nodes;

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
    /// <param name="throttled">Produces the throttling response of this side.</param>
    /// <param name="time">The clock.</param>
    public static async ValueTask<object?> WithFaultAsync(
        SandboxFault fault,
        EndpointFilterInvocationContext context,
        EndpointFilterDelegate next,
        Func<HttpContext, SandboxFault, IResult> throttled,
        TimeProvider time)
    {
        var http = context.HttpContext;
        switch (fault.Kind)
        {
            case SandboxFaultKind.Timeout:
                await NeverAsync(http, time);
                return TypedResults.Empty;
            case SandboxFaultKind.TooManyRequests:
                http.Response.Headers.RetryAfter = Math.Ceiling(fault.RetryAfter ?? 1).ToString(CultureInfo.InvariantCulture);
                return TypedResults.StatusCode(StatusCodes.Status429TooManyRequests);
            case SandboxFaultKind.Down:
                // With a body, because otherwise the service would write its own problem, with an unwanted Retry-After.
                return TypedResults.Text("Service Unavailable", statusCode: StatusCodes.Status503ServiceUnavailable);
            case SandboxFaultKind.Throttled:
                return throttled(http, fault);
            case SandboxFaultKind.Malformed:
                return TypedResults.Text("<html><body>Something went wrong</body></html>", "text/html");
            case SandboxFaultKind.Lost:
                await next(context);
                return TypedResults.StatusCode(StatusCodes.Status502BadGateway);
            default:
                return await next(context);
        }
    }

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
