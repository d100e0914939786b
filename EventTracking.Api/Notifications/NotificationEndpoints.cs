using EventTracking.Api.Authorization;
using EventTracking.Api.Documentation;
using EventTracking.Api.Validation;
using EventTracking.Core.Notifications;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace EventTracking.Api.Notifications;

internal static class NotificationEndpoints
{
    private const int MaxListed = 500;
    private const string Example = """
        {
          "subject": "shopify", "kind": "newFailures", "title": "shopify: 3 groups in inventory-observed, product-import, stock-sync", "count": 214, "since": "2026-11-23T10:15:31.035Z",
          "at": "2026-11-23T10:17:00.000Z", "state": "sent", "attempts": 1, "nextAt": null, "error": null
        }
        """;

    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    public static void MapNotifications(this IEndpointRouteBuilder routes)
    {
        routes.MapGroup("/notifications").WithTags("Notifications").WithPolicy(Roles.Viewer).WithValidation()
            .MapGet("", ListAsync)
            .WithName("listNotifications")
            .WithSummary("Lists the notifications of the last week")
            .WithDescription("Lists what was sent, and what would have been sent if there were a channel: its state is `noChannel`. Newest first, at most 500.")
            .WithExample<NotificationsResponse>(StatusCodes.Status200OK, "one notification", $$"""{ "channel": "slack", "notifications": [ {{Example}} ] }""");

        routes.MapGroup("/notifications/test").WithTags("Notifications").WithPolicy(Roles.Operator, usesStores: false).WithValidation()
            .MapPost("", TestAsync)
            .WithName("testNotifications")
            .WithSummary("Sends a test notification")
            .WithDescription("Sends a test to the channel at once, and says what became of it.")
            .WithExample<NotificationResponse>(StatusCodes.Status200OK, "sent", """
                { "subject": "test", "kind": "test", "title": "This is a test", "count": 0, "since": null, "at": "2026-11-23T10:17:00.000Z", "state": "sent", "attempts": 0, "nextAt": null, "error": null }
                """);
    }

    private static async Task<Ok<NotificationsResponse>> ListAsync(Alerts alerts, IOptions<NotificationOptions> options, TimeProvider time, CancellationToken cancellationToken)
    {
        var oldest = time.GetUtcNow() - Week;
        var notifications = (await alerts.ListAsync(cancellationToken))
            .SelectMany(alert => alert.Notifications.Select(notification => NotificationResponse.From(alert.Subject, notification)))
            .Where(notification => notification.At >= oldest)
            .OrderByDescending(notification => notification.At)
            .Take(MaxListed);
        return TypedResults.Ok(new NotificationsResponse(
            options.Value switch { { Url: null } => null, { Format: NotificationFormat.Slack } => "slack", _ => "json" },
            [.. notifications]));
    }

    private static async Task<Ok<NotificationResponse>> TestAsync(NotificationSender sender, CancellationToken cancellationToken) =>
        TypedResults.Ok(NotificationResponse.From("test", await sender.TestAsync(cancellationToken)));
}
