using EventTracking.Api.Errors;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace EventTracking.Api.Hosting.Lambda;

/// <summary>Runs a request through the application and returns its response within the time that the request has.</summary>
internal sealed partial class RequestPipeline<TContext>(IHttpApplication<TContext> application, RuntimeApi runtime, TimeProvider time, ILogger logger)
    where TContext : notnull
{
    /// <summary>How long before Lambda ends the sandbox the request is aborted.</summary>
    private static readonly TimeSpan AbortMargin = TimeSpan.FromMilliseconds(500);

    /// <summary>How long before Lambda ends the sandbox the caller gets a response without the application: a new sandbox would cost the next caller more.</summary>
    private static readonly TimeSpan ResponseMargin = TimeSpan.FromMilliseconds(250);

    public async Task ServeAsync(Invocation invocation)
    {
        var exchange = HttpEvent.Read(invocation, new CancellationTokenSource(invocation.Left(time, AbortMargin), time));
        var context = application.CreateContext(exchange.Features);
#pragma warning disable CA2025 // EndAsync disposes of the exchange, once nothing uses it.
        // On the thread pool, so that a request that blocks cannot stop this method from watching the time.
        var processing = Task.Run(() => ProcessAsync(exchange, context), CancellationToken.None);
        var answer = await IsDoneAsync(processing, invocation) ? (await processing).Response : Expired(exchange);
        try
        {
            if (!await runtime.RespondAsync(invocation.RequestId, answer))
            {
                Log.Refused(logger, invocation.RequestId);
            }
        }
        finally
        {
            var ending = EndAsync(exchange, context, processing);
            if (processing.IsCompleted)
            {
                await ending;
            }
        }
#pragma warning restore CA2025
    }

    /// <summary>Runs a request through the application so that code is compiled and caches are filled; the response is discarded.</summary>
    public async Task WarmUpAsync(string path)
    {
        var request = new HttpRequestFeature
        {
            Method = HttpMethods.Get,
            Protocol = HttpProtocol.Http11,
            Scheme = "https",
            Path = path,
            RawTarget = path,
            Headers = new HeaderDictionary { [HeaderNames.Host] = "localhost" },
        };
        var exchange = new HttpExchange(new Invocation("warm-up", null, null, null, default), request, default, new CancellationTokenSource());
        var context = application.CreateContext(exchange.Features);
        var processed = await ProcessAsync(exchange, context);
        await EndAsync(exchange, context, Task.FromResult(processed));
        if (processed.Failure is not null || exchange.Response.StatusCode >= StatusCodes.Status400BadRequest)
        {
            throw new InvalidOperationException($"The warm-up request {path} ended with {exchange.Response.StatusCode}.", processed.Failure);
        }
    }

    private async Task<bool> IsDoneAsync(Task<Processed> processing, Invocation invocation)
    {
        try
        {
            await processing.WaitAsync(invocation.Left(time, ResponseMargin), time);
            return true;
        }
        catch (TimeoutException)
        {
            // Nothing else throws here.
            return false;
        }
    }

    private async Task<Processed> ProcessAsync(HttpExchange exchange, TContext context)
    {
        try
        {
            await application.ProcessRequestAsync(context);
            await exchange.Response.CompleteAsync();
            return new Processed(Response(exchange), null);
        }
#pragma warning disable CA1031 // Whatever the fault, the caller must get a response and the next request must be served.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return new Processed(ResponseTo(exchange, exception), exception);
        }
    }

    private async Task EndAsync(HttpExchange exchange, TContext context, Task<Processed> processing)
    {
        var (_, failure) = await processing;
        await exchange.Response.EndAsync(exception => Log.NotEnded(logger, exception));
        application.DisposeContext(context, failure);
        exchange.Dispose();
    }

    private ReadOnlyMemory<byte> Response(HttpExchange exchange)
    {
        if (exchange.IsExpired && exchange.Response.StatusCode == StatusCodes.Status499ClientClosedRequest)
        {
            return Expired(exchange);
        }

        if (exchange.IsAborted && !exchange.IsExpired)
        {
            return HttpEventResponse.Problem(exchange, ProblemTypes.InternalError, "The request was aborted.");
        }

        if (HttpEventResponse.Write(exchange) is { } answer)
        {
            return answer;
        }

        Log.TooLarge(logger, exchange.RequestId, BufferedResponse.Limit);
        return HttpEventResponse.Problem(exchange, ProblemTypes.InternalError, "The response is larger than Lambda allows.");
    }

    /// <summary>Discards a response that failed half-way. The caller has not seen any of it, so it gets only the error.</summary>
    private ReadOnlyMemory<byte> ResponseTo(HttpExchange exchange, Exception failure)
    {
        switch (failure)
        {
            case OperationCanceledException when exchange.IsExpired:
                return Expired(exchange);
            case BadHttpRequestException refused:
                return HttpEventResponse.Problem(exchange, ProblemTypes.ForStatus(refused.StatusCode) ?? ProblemTypes.Rejected(refused.StatusCode));
            default:
                Log.Failed(logger, failure, exchange.RequestId);
                return HttpEventResponse.Problem(exchange, ProblemTypes.InternalError);
        }
    }

    private ReadOnlyMemory<byte> Expired(HttpExchange exchange)
    {
        Log.Expired(logger, exchange.RequestId);
        return HttpEventResponse.Problem(exchange, ProblemTypes.TimedOut);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Request {RequestId} failed")]
        public static partial void Failed(ILogger logger, Exception exception, string requestId);

        [LoggerMessage(2, LogLevel.Error, "Request {RequestId} timed out; the response was 504")]
        public static partial void Expired(ILogger logger, string requestId);

        [LoggerMessage(3, LogLevel.Error, "The response to request {RequestId} exceeds the {Limit} bytes that Lambda accepts and was replaced by a 500")]
        public static partial void TooLarge(ILogger logger, string requestId, int limit);

        [LoggerMessage(4, LogLevel.Warning, "Lambda rejected the response to request {RequestId}")]
        public static partial void Refused(ILogger logger, string requestId);

        [LoggerMessage(5, LogLevel.Error, "A callback that runs after the response failed")]
        public static partial void NotEnded(ILogger logger, Exception exception);
    }

    private sealed record Processed(ReadOnlyMemory<byte> Response, Exception? Failure);
}
