using EventTracking.Core.Resilience;

namespace EventTracking.Api.Errors;

internal static class ErrorExtensions
{
    public static IServiceCollection AddErrors(this IServiceCollection services)
    {
        // Before AddProblemDetails: the first writer that can write does.
        services.AddSingleton<IProblemDetailsWriter, ProblemWriter>();
        services.AddProblemDetails();

        // In Development the default is to throw on a malformed body; the answer is to be the same everywhere.
        services.PostConfigure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = false);
        return services;
    }

    public static IApplicationBuilder UseErrors(this IApplicationBuilder app) => app.UseExceptionHandler(new ExceptionHandlerOptions
    {
        StatusCodeSelector = exception => exception switch
        {
            BadHttpRequestException bad => bad.StatusCode,
            StoreUnavailableException => StatusCodes.Status503ServiceUnavailable,
            _ => StatusCodes.Status500InternalServerError,
        },

        // The writer of problems logs them.
        SuppressDiagnosticsCallback = _ => true,
    });
}
