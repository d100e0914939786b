namespace EventTracking.Api.Authorization;

internal static class SecurityHeaders
{
    /// <summary>No browser guesses types, and nothing keeps answers that only a key may read. A route may say otherwise.</summary>
    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.CacheControl = "no-store";
        return next(context);
    });
}
