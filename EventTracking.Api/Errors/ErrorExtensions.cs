using EventTracking.Core.Resilience;

namespace EventTracking.Api.Errors;

internal static class ErrorExtensions
{
    public static IServiceCollection AddErrors(this IServiceCollection services)
    {
        // Must precede AddProblemDetails: the first writer that accepts a problem writes it.
        services.AddSingleton<IProblemDetailsWriter, ProblemWriter>();
        services.AddProblemDetails();

        // Only the exception says what is wrong with a body. The default is to throw in Development only.
        services.PostConfigure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
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
