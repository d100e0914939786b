using System.Text.Json;
using System.Text.Json.Serialization;
using EventTracking.Api.Documentation;
using EventTracking.Core.Notifications;

namespace EventTracking.Api.Notifications;

/// <summary>The notifications of the last week.</summary>
/// <param name="Channel">The format of the channel; null if there is none, so that nothing is sent.</param>
/// <param name="Notifications">The notifications, newest first.</param>
internal sealed record NotificationsResponse([OneOf("NotificationChannel", "slack", "json")] string? Channel, IReadOnlyList<NotificationResponse> Notifications);

/// <summary>A message to operators.</summary>
/// <param name="Subject">The cause of the failures, or what else it is about.</param>
/// <param name="Kind">Why it is sent.</param>
/// <param name="Title">What it is about.</param>
/// <param name="Count">How many events needed attention.</param>
/// <param name="Since">When the first of them failed.</param>
/// <param name="At">When it was decided on.</param>
/// <param name="State">What became of it; `failed` if all attempts to send it failed.</param>
/// <param name="Attempts">How often it was tried to send it.</param>
/// <param name="NextAt">When it may be tried next, while it is pending.</param>
/// <param name="Error">Why the last attempt failed.</param>
internal sealed record NotificationResponse(
    string Subject,
    [OneOf("NotificationKind", typeof(NotificationText), Member = nameof(NotificationText.Kinds))] string Kind,
    string Title,
    int Count,
    DateTimeOffset? Since,
    DateTimeOffset At,
    [OneOf("NotificationState", typeof(NotificationText), Member = nameof(NotificationText.States))] string State,
    int Attempts,
    DateTimeOffset? NextAt,
    string? Error)
{
    public static NotificationResponse From(string subject, Notification notification) => new(
        subject,
        notification.Kind.ToText(),
        notification.Title,
        notification.Count,
        notification.Since,
        notification.At,
        notification.State.ToText(),
        notification.Attempts,
        notification.State == NotificationState.Pending ? notification.NextAt : null,
        notification.Error);
}

/// <summary>The JSON of this feature.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(NotificationsResponse))]
internal sealed partial class NotificationJsonContext : JsonSerializerContext;
