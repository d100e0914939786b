using System.Diagnostics;
using System.Globalization;
using System.Net;
using EventTracking.Core.Functions;
using EventTracking.Core.Observability;
using EventTracking.Core.Secrets;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace EventTracking.Stock.Connectors;

/// <summary>
/// Sends a request through the connector's pipeline. The result is either a complete response that the client can read, or a
/// <see cref="ConnectorException"/>, or a <see cref="PostponedException"/> if the account's calls are used up for longer than a call waits.
/// </summary>
/// <remarks>
/// A request may be sent more than once, so its content must be in memory. Repeating the only write is safe, because it carries
/// an idempotency key and a comparison.
/// </remarks>
internal sealed class ResilienceHandler(ConnectorPipeline connector, SecretRedactor redactor) : DelegatingHandler
{
    private const long MaxResponseBytes = 16 * 1024 * 1024;

    /// <summary>How long to wait if the called system throttles and does not say for how long.</summary>
    private static readonly TimeSpan UnknownThrottle = TimeSpan.FromSeconds(10);

    private readonly ConnectorSettings settings = connector.Settings;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var activity = Start(request);
        var failures = new ConnectorFailures(settings.Name, request, redactor);
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        try
        {
            context.Properties.Set(ConnectorPipeline.StartedAt, connector.Time.GetTimestamp());
            var response = await connector.Pipeline.ExecuteAsync(
                static (context, state) => state.Handler.TryAsync(state.Request, state.Failures, context),
                context,
                (Handler: this, Request: request, Failures: failures));
            activity?.SetTag("http.response.status_code", (int)response.StatusCode);
            return response;
        }
        catch (ConnectorException failure)
        {
            Fail(activity, failure);
            if (failure.IsThrottle)
            {
                // The account's calls are used up, and not by this event alone.
                throw new PostponedException(failure.RetryAfter ?? UnknownThrottle, failure.Message);
            }

            throw;
        }
        catch (ExecutionRejectedException rejection)
        {
            var failure = Describe(rejection, failures);
            Fail(activity, failure);
            throw failure;
        }
        finally
        {
            activity?.SetTag("http.request.resend_count", Math.Max(0, context.Properties.GetValue(ConnectorPipeline.Tries, 0) - 1));
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private async ValueTask<HttpResponseMessage> TryAsync(HttpRequestMessage request, ConnectorFailures failures, ResilienceContext context)
    {
        context.Properties.Set(ConnectorPipeline.Tries, context.Properties.GetValue(ConnectorPipeline.Tries, 0) + 1);
        var status = "none";
        var isSent = true;
        HttpResponseMessage? response = null;
        try
        {
            response = await base.SendAsync(request, context.CancellationToken);
            status = ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);

            // Read the body as part of the try, so that a response that begins but never ends is also cut off and repeated.
            await response.Content.LoadIntoBufferAsync(MaxResponseBytes, context.CancellationToken);
            var accepted = Accept(response, await response.Content.ReadAsByteArrayAsync(context.CancellationToken), failures);
            response = null;
            return accepted;
        }
        catch (HttpRequestException exception) when (exception.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            throw failures.TooLarge(MaxResponseBytes, exception);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            throw failures.Unreachable(exception);
        }
        catch (PostponedException)
        {
            isSent = false;
            throw;
        }
        finally
        {
            if (isSent)
            {
                connector.Called(status);
            }

            response?.Dispose();
        }
    }

    private HttpResponseMessage Accept(HttpResponseMessage response, byte[] bytes, ConnectorFailures failures)
    {
        // Most responses name no errors and are therefore not parsed twice.
        if (response.StatusCode == HttpStatusCode.OK && bytes.AsSpan().IndexOf("\"errors\""u8) < 0)
        {
            return response;
        }

        var body = RemoteBody.Read(bytes);
        if (settings.FindThrottle(response, body) is { } throttle)
        {
            connector.Throttled();
            throw failures.Throttle(response, body, throttle.RetryAfter ?? AskedWait(response));
        }

        if (settings.FindRefusal(response, body) is { } refusal)
        {
            throw failures.Refused(response, body, refusal, refusal.Transient ? AskedWait(response) ?? refusal.RetryAfter : null);
        }

        return response;
    }

    private TimeSpan? AskedWait(HttpResponseMessage response) => RetryAfterHeader.Read(response, connector.Time.GetUtcNow());

    private static ConnectorException Describe(ExecutionRejectedException rejection, ConnectorFailures failures) => rejection switch
    {
        TimeoutRejectedException late => failures.TimedOut(late),
        BrokenCircuitException open => failures.CircuitOpen(open),
        _ => failures.Unreachable(rejection),
    };

    private Activity? Start(HttpRequestMessage request)
    {
        var activity = EventTrackingActivity.Source.StartActivity(settings.Name, ActivityKind.Client);
        activity?.SetTag("http.request.method", request.Method.Method);
        activity?.SetTag("server.address", request.RequestUri?.Host);
        activity?.SetTag("url.path", request.RequestUri?.AbsolutePath);
        return activity;
    }

    private static void Fail(Activity? activity, ConnectorException failure)
    {
        activity?.SetTag("error.type", failure.Code);
        activity?.SetStatus(ActivityStatusCode.Error, failure.Message);
    }
}
