using System.Diagnostics;
using Microsoft.AspNetCore.Diagnostics;

namespace EventTracking.Api.Observability;

/// <summary>Names the span of a request by its route, because the path of a webhook may be a secret.</summary>
internal static class RequestTrace
{
    public const string Route = "http.route";

    public static void UseRequestTrace(this IApplicationBuilder app) => app.Use(static async (context, next) =>
    {
        var activity = Activity.Current;
        try
        {
            await next(context);
        }
        finally
        {
            if (activity is { IsAllDataRequested: true })
            {
                Describe(activity, context);
            }
        }
    });

    private static void Describe(Activity activity, HttpContext context)
    {
        // The exception handler clears the endpoint and keeps it only in its feature.
        var endpoint = context.GetEndpoint() ?? context.Features.Get<IExceptionHandlerFeature>()?.Endpoint;
        var route = (endpoint as RouteEndpoint)?.RoutePattern.RawText ?? "(none)";
        activity.DisplayName = $"{context.Request.Method} {route}";
        activity.SetTag("http.request.method", context.Request.Method);
        activity.SetTag("http.response.status_code", context.Response.StatusCode);
        activity.SetTag(Route, route);
    }
}
