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

    public static IServiceCollection AddWebhooks(this IServiceCollection services) => services
        .AddSingleton<UnprovenBodies>()
        .AddSingleton<SignedBodyReader>();

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

        group.MapPost("/shopify", ReceiveShopifyAsync).WithProblems(ProblemTypes.Crowded).DocumentShopify();
        group.MapMethods("/brightpearl/{key}", BrightpearlMethods, ReceiveBrightpearlAsync).DocumentBrightpearl();
    }

    private static async Task<Results<WebhookResult, ProblemHttpResult>> ReceiveShopifyAsync(
        HttpContext context, SignedBodyReader bodies, ShopifyWebhooks webhooks, EventIntake intake, FailedAttempts failures, RefusalLog refusals, TimeProvider time, ILoggerFactory loggers)
    {
        var request = context.Request;
        switch (await bodies.ReadAsync(request, context.RequestAborted))
        {
            case SignedBody.Authentic(var body):
                return await StoreAsync(context, () => webhooks.Read(new RequestHeaders(request.Headers), body), intake, time, loggers);
            case SignedBody.TooLarge:
                return ProblemTypes.TooLarge.ToResult();
            case SignedBody.Crowded:
                refusals.Report(Refusal.Crowded);
                return ProblemTypes.Crowded.ToResult();
            default:
                return Refuse(context, failures, refusals, Refusal.ShopifySignature);
        }
    }

    private static async Task<Results<WebhookResult, ProblemHttpResult>> ReceiveBrightpearlAsync(
        [Description("One of the configured webhook keys. A secret."), Example("kJ3vX0pQ7sW2mN9rT4yB6cD8fG1hL5zA")] string key,
        HttpContext context,
        BrightpearlWebhooks webhooks,
        EventIntake intake,
        FailedAttempts failures,
        RefusalLog refusals,
        TimeProvider time,
        ILoggerFactory loggers)
    {
        // The key is checked first, so that an unknown caller cannot make the service read a body.
        if (!webhooks.IsAuthentic(key))
        {
            return Refuse(context, failures, refusals, Refusal.BrightpearlKey);
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

    private static ProblemHttpResult Refuse(HttpContext context, FailedAttempts failures, RefusalLog refusals, Refusal what)
    {
        refusals.Report(what);
        return failures.IsTooMany(context) ? ProblemTypes.TooManyAttempts.ToResult() : ProblemTypes.NotAuthentic.ToResult();
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "An authentic delivery could not be stored; the response was 503 (trace {TraceId})")]
        public static partial void NotStored(ILogger logger, string traceId, Exception exception);
    }
}
