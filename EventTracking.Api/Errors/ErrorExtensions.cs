using EventTracking.Core.Resilience;

namespace EventTracking.Api.Errors;

internal static class ErrorExtensions
{
    public static IServiceCollection AddErrors(this IServiceCollection services)
    {
        // Must precede AddProblemDetails: the first writer that accepts a problem writes it.
        services.AddSingleton<IProblemDetailsWriter, ProblemWriter>();
        services.AddProblemDetails();

        // The default in Development is to throw for a malformed body. The response must be the same in all environments.
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

        // ProblemWriter logs them.
        SuppressDiagnosticsCallback = _ => true,
    });
}
