using System.ComponentModel;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using EventTracking.Api.Authorization;
using EventTracking.Api.Documentation;
using EventTracking.Api.Errors;
using EventTracking.Core.Intake;
using EventTracking.Core.Resilience;
using EventTracking.Stock.Connectors.Brightpearl;
using EventTracking.Stock.Connectors.Shopify;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EventTracking.Api.Webhooks;

/// <summary>
/// The endpoints that the sources deliver to. They check only authenticity and size: an authentic delivery that is rejected for
/// its format is lost for good.
/// </summary>
internal static partial class WebhookEndpoints
{
    // Longer than a commit that can still succeed, shorter than a sender's time-out.
    private static readonly TimeSpan StoreTimeout = TimeSpan.FromSeconds(10);

    // Brightpearl knows GET and DELETE as well (https://api-docs.brightpearl.com/integration/webhook/post.html). They are
    // not accepted, because browsers and link checkers fetch addresses too, and that must not create events.
    private static readonly string[] BrightpearlMethods = [HttpMethods.Post, HttpMethods.Put];

    public static void MapWebhooks(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/webhooks")
            .WithTags("Webhooks")
            .AllowAnonymous()
            .WithProblems(
                ProblemTypes.NotAuthentic, ProblemTypes.RequestTimeout, ProblemTypes.TooLarge, ProblemTypes.TooManyAttempts,
                ProblemTypes.InternalError, ProblemTypes.StoreUnavailable, ProblemTypes.TimedOut);

        // Deliveries carry their own proof and are the bulk of all requests, so they skip the middleware behind routing.
        group.ShortCircuit();

        group.MapPost("/shopify", ReceiveShopifyAsync).DocumentShopify();
        group.MapMethods("/brightpearl/{key}", BrightpearlMethods, ReceiveBrightpearlAsync).DocumentBrightpearl();
    }

    private static async Task<Results<WebhookResult, ProblemHttpResult>> ReceiveShopifyAsync(
        HttpContext context, ShopifyWebhooks webhooks, EventIntake intake, FailedAttempts failures, TimeProvider time, ILoggerFactory loggers)
    {
        var request = context.Request;
        var body = await RequestBody.ReadAsync(request, context.RequestAborted);
        if (body is null)
        {
            return ProblemTypes.TooLarge.ToResult();
        }

        if (!ShopifyWebhooks.SignatureHeaders.Any(name => webhooks.IsAuthentic(body, request.Headers[name])))
        {
            return Refuse(context, failures, loggers, "shopify");
        }

        return await StoreAsync(context, () => webhooks.Read(new RequestHeaders(request.Headers), body), intake, time, loggers);
    }

    private static async Task<Results<WebhookResult, ProblemHttpResult>> ReceiveBrightpearlAsync(
        [Description("One of the configured webhook keys. A secret."), Example("kJ3vX0pQ7sW2mN9rT4yB6cD8fG1hL5zA")] string key,
        HttpContext context,
        BrightpearlWebhooks webhooks,
        EventIntake intake,
        FailedAttempts failures,
        TimeProvider time,
        ILoggerFactory loggers)
    {
        // The key is checked first, so that an unknown caller cannot make the service read a body.
        if (!webhooks.IsAuthentic(key))
        {
            return Refuse(context, failures, loggers, "brightpearl");
        }

        var body = await RequestBody.ReadAsync(context.Request, context.RequestAborted);
        if (body is null)
        {
            return ProblemTypes.TooLarge.ToResult();
        }

        if (body.Length == 0 && context.Request.QueryString.Value is ['?', .. var query])
        {
            // A template may put the fields into the address, whose query is a form, and leave the body empty.
            body = Encoding.UTF8.GetBytes(query);
        }

        return await StoreAsync(context, () => webhooks.Read(new RequestHeaders(context.Request.Headers), body), intake, time, loggers);
    }

    /// <summary>
    /// Once an authentic delivery has been read, neither the sender nor a failure here may lose it. A sender that disconnects may
    /// never send again, so the delivery is stored anyway, and 503 is the one response after which every sender tries again.
    /// </summary>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "After any other response than 503 the sender does not try again.")]
    private static async Task<Results<WebhookResult, ProblemHttpResult>> StoreAsync(
        HttpContext context, Func<Delivery> read, EventIntake intake, TimeProvider time, ILoggerFactory loggers)
    {
        using var expiry = new CancellationTokenSource(StoreTimeout, time);
        try
        {
            // Abandoned here as well, because a store that hangs may not observe the token.
            return new WebhookResult(await intake.AcceptAsync(read(), expiry.Token).WaitAsync(expiry.Token));
        }
        catch (Exception exception) when (exception is not StoreUnavailableException)
        {
            Log.NotStored(loggers.CreateLogger(typeof(WebhookEndpoints)), Activity.Current?.Id ?? context.TraceIdentifier, exception);
            return ProblemTypes.StoreUnavailable.ToResult("The delivery was not confirmed as stored. Send it again after the time in Retry-After.");
        }
    }

    private static ProblemHttpResult Refuse(HttpContext context, FailedAttempts failures, ILoggerFactory loggers, string source)
    {
        if (failures.IsTooMany(context))
        {
            return ProblemTypes.TooManyAttempts.ToResult();
        }

        Log.NotAuthentic(loggers.CreateLogger(typeof(WebhookEndpoints)), source);
        return ProblemTypes.NotAuthentic.ToResult();
    }

    private static partial class Log
    {
        // Without the signature and the key: a reader of the log could use them.
        [LoggerMessage(LogLevel.Warning, "Rejected a delivery from {Source} that could not be authenticated")]
        public static partial void NotAuthentic(ILogger logger, string source);

        [LoggerMessage(LogLevel.Error, "An authentic delivery could not be stored; the response was 503 (trace {TraceId})")]
        public static partial void NotStored(ILogger logger, string traceId, Exception exception);
    }
}
