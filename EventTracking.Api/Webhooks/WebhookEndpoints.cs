using System.ComponentModel;
using EventTracking.Api.Documentation;
using EventTracking.Api.Errors;
using EventTracking.Core.Connectors.Brightpearl;
using EventTracking.Core.Connectors.Shopify;
using EventTracking.Core.Intake;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EventTracking.Api.Webhooks;

/// <summary>
/// Where the sources deliver. Only authenticity and size are checked: an authentic delivery that is refused for its shape is
/// lost for good.
/// </summary>
internal static partial class WebhookEndpoints
{
    private static readonly string[] BrightpearlMethods = [HttpMethods.Post, HttpMethods.Put];

    public static void MapWebhooks(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/webhooks")
            .WithTags("Webhooks")
            .AllowAnonymous()
            .WithProblems(ProblemTypes.NotAuthentic, ProblemTypes.TooLarge, ProblemTypes.InternalError, ProblemTypes.StoreUnavailable);

        // Deliveries prove themselves and are the bulk of all requests: they pass none of the middleware behind routing.
        group.ShortCircuit();

        group.MapPost("/shopify", ReceiveShopifyAsync).DocumentShopify();
        group.MapMethods("/brightpearl/{key}", BrightpearlMethods, ReceiveBrightpearlAsync).DocumentBrightpearl();
    }

    private static async Task<Results<WebhookResult, ProblemHttpResult>> ReceiveShopifyAsync(
        HttpContext context, ShopifyWebhooks webhooks, EventIntake intake, ILoggerFactory loggers)
    {
        var request = context.Request;
        var body = await RequestBody.ReadAsync(request, context.RequestAborted);
        if (body is null)
        {
            return ProblemTypes.TooLarge.ToResult();
        }

        if (!webhooks.IsAuthentic(body, request.Headers["X-Shopify-Hmac-Sha256"]))
        {
            return Refuse(loggers, "shopify");
        }

        return new WebhookResult(await intake.AcceptAsync(webhooks.Read(new RequestHeaders(request.Headers), body), context.RequestAborted));
    }

    private static async Task<Results<WebhookResult, ProblemHttpResult>> ReceiveBrightpearlAsync(
        [Description("One of the configured webhook keys. A secret."), Example("kJ3vX0pQ7sW2mN9rT4yB6cD8fG1hL5zA")] string key,
        HttpContext context,
        BrightpearlWebhooks webhooks,
        EventIntake intake,
        ILoggerFactory loggers)
    {
        // The key needs no body, so an unknown caller cannot make the service read one.
        if (!webhooks.IsAuthentic(key))
        {
            return Refuse(loggers, "brightpearl");
        }

        var body = await RequestBody.ReadAsync(context.Request, context.RequestAborted);
        if (body is null)
        {
            return ProblemTypes.TooLarge.ToResult();
        }

        return new WebhookResult(await intake.AcceptAsync(webhooks.Read(new RequestHeaders(context.Request.Headers), body), context.RequestAborted));
    }

    private static ProblemHttpResult Refuse(ILoggerFactory loggers, string source)
    {
        Log.NotAuthentic(loggers.CreateLogger(typeof(WebhookEndpoints)), source);
        return ProblemTypes.NotAuthentic.ToResult();
    }

    private static partial class Log
    {
        // Neither signature nor key: whoever reads the log could use them.
        [LoggerMessage(LogLevel.Warning, "Refused a delivery from {Source} that is not authentic")]
        public static partial void NotAuthentic(ILogger logger, string source);
    }
}
