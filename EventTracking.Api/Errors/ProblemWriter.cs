using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using EventTracking.Core.Resilience;
using Microsoft.AspNetCore.Mvc;

namespace EventTracking.Api.Errors;

/// <summary>
/// Writes every problem of the API. The framework's own writer declines when <c>Accept</c> does not allow JSON, and the caller
/// would get an empty response; here all callers get the same problem.
/// </summary>
internal sealed partial class ProblemWriter(ILogger<ProblemWriter> logger) : IProblemDetailsWriter
{
    private const string ContentType = "application/problem+json";

    public bool CanWrite(ProblemDetailsContext context) => true;

    public async ValueTask WriteAsync(ProblemDetailsContext context)
    {
        var response = context.HttpContext.Response;
        var problem = Name(context.ProblemDetails, response.StatusCode, context.Exception);
        var traceId = Activity.Current?.Id ?? context.HttpContext.TraceIdentifier;
        problem.Extensions["traceId"] = traceId;
        Report(context.Exception, traceId);
        if (problem.Status == StatusCodes.Status503ServiceUnavailable)
        {
            response.Headers.RetryAfter = RetryAfterSeconds(context.Exception);
        }

        // Again, because webhook routes skip the middleware that sets them for all others, and an exception clears them.
        SecurityHeaders.Set(response.Headers, context.HttpContext.Request.IsHttps);
        var aborted = context.HttpContext.RequestAborted;
        try
        {
            await response.WriteAsJsonAsync(problem, problem.GetType(), ProblemJsonContext.Default, ContentType, aborted);
        }
        catch (OperationCanceledException) when (context.Exception is BadHttpRequestException && aborted.IsCancellationRequested)
        {
            // The caller sent half a request and hung up. For an exception here the framework would log two stacks.
        }
    }

    private static ProblemDetails Name(ProblemDetails problem, int status, Exception? exception)
    {
        if (problem.Type?.StartsWith(ProblemType.Prefix, StringComparison.Ordinal) is true)
        {
            return problem;
        }

        // Replaced, because the text that the framework fills in may quote the exception.
        return (ProblemTypes.ForStatus(status) ?? ProblemTypes.Rejected(status)).ToDetails(exception is BadHttpRequestException { InnerException: JsonException fault } ? JsonFault.Describe(fault) : null);
    }

    // The framework's own log entry would lack the trace id that the caller receives and would include the path, which is a
    // secret for a Brightpearl webhook. A caller's mistake is reported to the caller only.
    private void Report(Exception? exception, string traceId)
    {
        if (exception is StoreUnavailableException unavailable)
        {
            Log.StoreUnavailable(logger, traceId, unavailable);
        }
        else if (exception is not (null or BadHttpRequestException))
        {
            Log.Failed(logger, traceId, exception);
        }
    }

    private static string RetryAfterSeconds(Exception? exception)
    {
        var wait = (exception as StoreUnavailableException ?? new StoreUnavailableException("")).RetryAfter;
        return Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "A store is unavailable (trace {TraceId})")]
        public static partial void StoreUnavailable(ILogger logger, string traceId, Exception exception);

        [LoggerMessage(LogLevel.Error, "A request failed (trace {TraceId})")]
        public static partial void Failed(ILogger logger, string traceId, Exception exception);
    }
}
