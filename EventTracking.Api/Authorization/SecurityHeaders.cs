namespace EventTracking.Api.Authorization;

internal static class SecurityHeaders
{
    private const string Nothing = "default-src 'none'; frame-ancestors 'none'";
    private const string OwnPage = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'";

    /// <summary>
    /// No browser guesses types, frames an answer, runs what is in it, or tells others its address, and nothing keeps answers that
    /// only a key may read. A route may say otherwise.
    /// </summary>
    /// <param name="app">The application.</param>
    /// <param name="page">The path below which pages are, which run scripts of their own.</param>
    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app, string page) => app.Use((context, next) =>
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        headers.ContentSecurityPolicy = context.Request.Path.StartsWithSegments(page) ? OwnPage : Nothing;
        headers["Referrer-Policy"] = "no-referrer";
        if (context.Request.IsHttps)
        {
            headers.StrictTransportSecurity = "max-age=31536000";
        }

        return next(context);
    });
}
