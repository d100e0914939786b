using System.Security.Claims;
using EventTracking.Api.Authorization;
using EventTracking.Api.Documentation;
using EventTracking.Api.Sandbox;
using EventTracking.Api.Validation;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace EventTracking.Api.WebConsole;

/// <summary>Serves the console, which anybody may load: it has no data. What it shows it reads from the other routes, with the key of its user.</summary>
internal static class ConsoleEndpoints
{
    /// <summary>Allows the console's own files and the API, and no script to be made from text, whatever a payload contains.</summary>
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; "
        + "require-trusted-types-for 'script'; trusted-types 'none'";

    private const string AskFirst = "no-cache";
    private const string KeepForEver = "public, max-age=31536000, immutable";

    public static IServiceCollection AddConsole(this IServiceCollection services) => services.AddSingleton<ConsoleFiles>();

    public static void MapConsole(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", (HttpContext context, ConsoleFiles files) => Send(context, files.Page, AskFirst)).AllowAnonymous().ExcludeFromDescription();
        routes.MapGet("/console/{version}/{file}", GetFile).AllowAnonymous().ExcludeFromDescription();

        routes.MapGroup("/me").WithTags("Console").WithPolicy(Roles.Viewer, usesStores: false).WithValidation()
            .MapGet("", GetCaller)
            .WithName("getCaller")
            .WithSummary("Shows whose key this is")
            .WithDescription("Returns the name and role of the key, and whether this installation has the sandbox and Swagger UI. The console shows what the role may do.")
            .WithExample<CallerResponse>(StatusCodes.Status200OK, "an operator", """{ "name": "ann", "role": "operator", "sandbox": false, "swagger": false }""");
    }

    private static Results<FileContentHttpResult, NotFound> GetFile(string version, string file, HttpContext context, ConsoleFiles files) =>
        version == files.Version && files.Find(file) is { } found ? Send(context, found, KeepForEver) : TypedResults.NotFound();

    private static FileContentHttpResult Send(HttpContext context, ConsoleFile file, string caching)
    {
        var isCompressed = context.Request.GetTypedHeaders().AcceptEncoding.Any(coding => coding.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase) && coding.Quality is not 0);
        var headers = context.Response.Headers;
        headers.CacheControl = caching;
        headers.ContentSecurityPolicy = Policy;
        headers.Vary = HeaderNames.AcceptEncoding;
        if (isCompressed)
        {
            headers.ContentEncoding = "gzip";
        }

        return TypedResults.Bytes(isCompressed ? file.Compressed : file.Content, file.ContentType, entityTag: file.Tag(isCompressed));
    }

    private static Ok<CallerResponse> GetCaller(ClaimsPrincipal user, IHostEnvironment environment, IConfiguration configuration) => TypedResults.Ok(new CallerResponse(
        user.Identity?.Name ?? throw new InvalidOperationException("The caller has no name although the route requires an API key."),
        user.IsInRole(Roles.Operator) ? Roles.Operator : Roles.Viewer,
        SandboxExtensions.IsOn(environment, configuration),
        SwaggerExtensions.IsOn(environment, configuration)));
}
