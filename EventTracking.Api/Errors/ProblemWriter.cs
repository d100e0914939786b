using System.Diagnostics;
using System.Globalization;
using EventTracking.Api.Serialization;
using EventTracking.Core.Payloads;
using Microsoft.AspNetCore.Mvc;

namespace EventTracking.Api.Errors;

/// <summary>
/// Writes every problem of the API. The framework's own writer declines when <c>Accept</c> does not name JSON, which would
/// leave such callers with an empty answer; errors here look the same to everybody.
/// </summary>
internal sealed class ProblemWriter : IProblemDetailsWriter
{
    private const string ContentType = "application/problem+json";

    public bool CanWrite(ProblemDetailsContext context) => true;

    public ValueTask WriteAsync(ProblemDetailsContext context)
    {
        var response = context.HttpContext.Response;
        var problem = Name(context.ProblemDetails, response.StatusCode);
        problem.Extensions["traceId"] = Activity.Current?.Id ?? context.HttpContext.TraceIdentifier;
        if (problem.Status == StatusCodes.Status503ServiceUnavailable)
        {
            response.Headers.RetryAfter = RetryAfterSeconds(context.Exception);
        }

        // Also where the problem was answered by a webhook route, which passes none of the middleware behind routing.
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        return new(response.WriteAsJsonAsync(problem, problem.GetType(), ApiJsonContext.Default, ContentType, context.HttpContext.RequestAborted));
    }

    private static ProblemDetails Name(ProblemDetails problem, int status)
    {
        if (problem.Type?.StartsWith(ProblemType.Prefix, StringComparison.Ordinal) is true)
        {
            return problem;
        }

        // Built anew, since what the framework fills in may quote the exception.
        return ProblemTypes.ForStatus(status)?.ToDetails() ?? new ProblemDetails { Type = "about:blank", Status = status, Title = "The request was refused" };
    }

    private static string RetryAfterSeconds(Exception? exception)
    {
        var wait = (exception as StoreUnavailableException ?? new StoreUnavailableException("")).RetryAfter;
        return Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
    }
}
