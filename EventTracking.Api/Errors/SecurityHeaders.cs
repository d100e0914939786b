namespace EventTracking.Api.Errors;

/// <summary>
/// Forbids browsers to sniff types, to frame a response, to run its content and to send its address as a referrer, and forbids
/// caching of responses that require a key. A route may override a header.
/// </summary>
internal static class SecurityHeaders
{
    private const string Nothing = "default-src 'none'; frame-ancestors 'none'";
    private const string OwnPage = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'";

    /// <param name="app">The application.</param>
    /// <param name="page">The path of pages, which run their own scripts.</param>
    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app, string page) => app.Use((context, next) =>
    {
        Set(context.Response.Headers, context.Request.IsHttps, context.Request.Path.StartsWithSegments(page) ? OwnPage : Nothing);
        return next(context);
    });

    /// <summary>Sets the headers of a response that does not come through the middleware.</summary>
    public static void Set(IHeaderDictionary headers, bool isHttps, string policy = Nothing)
    {
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        headers.ContentSecurityPolicy = policy;
        headers["Referrer-Policy"] = "no-referrer";
        if (isHttps)
        {
            headers.StrictTransportSecurity = "max-age=31536000";
        }
    }
}
