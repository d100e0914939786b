namespace EventTracking.Api.Documentation;

/// <summary>
/// Serves the prepared documents and the page that shows them. A test generates the documents and they are embedded in the
/// program, because generating them needs reflection, which a native build does not have.
/// </summary>
internal static class SwaggerExtensions
{
    public const string Enabled = "Swagger:Enabled";

    /// <summary>Keeps the key out of the page's curl box and of what outlives its window.</summary>
    private const string KeyScript = "/swagger/key.js";

    public static IServiceCollection AddDocument(this IServiceCollection services, string name, string title) =>
        services.AddSingleton(new ApiDocument(name, title));

    public static WebApplication UseSwaggerPage(this WebApplication app)
    {
        if (!IsOn(app.Environment, app.Configuration))
        {
            return app;
        }

        var documents = app.Services.GetServices<ApiDocument>().ToArray();
        app.UseSwaggerUI(options =>
        {
            options.DocumentTitle = "EventTracking";
            foreach (var document in documents)
            {
                options.SwaggerEndpoint(RouteOf(document), document.Title);
            }

            options.EnablePersistAuthorization();
            options.DisplayRequestDuration();
            options.DefaultModelsExpandDepth(0);
            options.InjectJavascript(KeyScript, "module");
        });
        foreach (var document in documents)
        {
            app.MapGet(RouteOf(document), context => SendAsync($"openapi.{document.Name}.json", "application/json", context)).AllowAnonymous().ExcludeFromDescription();
        }

        app.MapGet(KeyScript, context => SendAsync("swagger.key.js", "text/javascript", context)).AllowAnonymous().ExcludeFromDescription();

        return app;
    }

    public static bool IsOn(IHostEnvironment environment, IConfiguration configuration) => configuration.GetValue(Enabled, environment.IsDevelopment());

    private static string RouteOf(ApiDocument document) => $"/openapi/{document.Name}.json";

    private static async Task SendAsync(string resource, string type, HttpContext context)
    {
        await using var content = typeof(SwaggerExtensions).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The file '{resource}' is not embedded in the program.");
        context.Response.ContentType = type;
        context.Response.ContentLength = content.Length;
        await content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
