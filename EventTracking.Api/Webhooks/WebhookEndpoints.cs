using System.ComponentModel;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
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
/// Where the sources deliver. Only authenticity and size are checked: an authentic delivery that is refused for its shape is
/// lost for good.
/// </summary>
internal static partial class WebhookEndpoints
{
    // Longer than any commit takes that will still come, shorter than senders wait.
    private static readonly TimeSpan LongestStore = TimeSpan.FromSeconds(10);

    private static readonly string[] BrightpearlMethods = [HttpMethods.Post, HttpMethods.Put];

    public static void MapWebhooks(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/webhooks")
            .WithTags("Webhooks")
            .AllowAnonymous()
            .WithProblems(ProblemTypes.NotAuthentic, ProblemTypes.TooLarge, ProblemTypes.TooManyAttempts, ProblemTypes.InternalError, ProblemTypes.StoreUnavailable);

        // Deliveries prove themselves and are the bulk of all requests: they pass none of the middleware behind routing.
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

        if (!webhooks.IsAuthentic(body, request.Headers["X-Shopify-Hmac-Sha256"]))
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
        // The key needs no body, so an unknown caller cannot make the service read one.
        if (!webhooks.IsAuthentic(key))
        {
            return Refuse(context, failures, loggers, "brightpearl");
        }

        var body = await RequestBody.ReadAsync(context.Request, context.RequestAborted);
        if (body is null)
        {
            return ProblemTypes.TooLarge.ToResult();
        }

        return await StoreAsync(context, () => webhooks.Read(new RequestHeaders(context.Request.Headers), body), intake, time, loggers);
    }

    /// <summary>
    /// Once a delivery is authentic and read, nothing that the sender does or that fails here may lose it. A sender who hangs
    /// up may never send again, so it is stored all the same; and 503 is the one answer after which every sender tries again.
    /// </summary>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Any other answer than 503 ends the delivery for good.")]
    private static async Task<Results<WebhookResult, ProblemHttpResult>> StoreAsync(
        HttpContext context, Func<Delivery> read, EventIntake intake, TimeProvider time, ILoggerFactory loggers)
    {
        using var expiry = new CancellationTokenSource(LongestStore, time);
        try
        {
            // Given up from here too, since a store that hangs need not look at a token.
            return new WebhookResult(await intake.AcceptAsync(read(), expiry.Token).WaitAsync(expiry.Token));
        }
        catch (Exception exception) when (exception is not StoreUnavailableException)
        {
            Log.NotStored(loggers.CreateLogger(typeof(WebhookEndpoints)), Activity.Current?.Id ?? context.TraceIdentifier, exception);
            return ProblemTypes.StoreUnavailable.ToResult("The delivery was not confirmed as stored. Send it again when Retry-After has passed.");
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
        // Neither signature nor key: whoever reads the log could use them.
        [LoggerMessage(LogLevel.Warning, "Refused a delivery from {Source} that is not authentic")]
        public static partial void NotAuthentic(ILogger logger, string source);

        [LoggerMessage(LogLevel.Error, "An authentic delivery could not be stored and was answered with 503; trace {TraceId}")]
        public static partial void NotStored(ILogger logger, string traceId, Exception exception);
    }
}
