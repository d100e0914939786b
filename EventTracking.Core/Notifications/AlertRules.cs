using EventTracking.Core.Failures;

namespace EventTracking.Core.Notifications;

/// <summary>When operators are told about a cause, and when not.</summary>
internal static class AlertRules
{
    /// <summary>How long a notice is held, because most failures that retry are over by then, and those with the same cause gather.</summary>
    public static readonly TimeSpan Hold = TimeSpan.FromMinutes(1);

    /// <summary>As long as events are retried, there must be this many of them.</summary>
    public const int LeastRetrying = 3;

    private const int Growth = 10;
    private static readonly TimeSpan Reminder = TimeSpan.FromDays(1);

    /// <summary>Returns the alert with a further notification, or null if there is nothing to tell.</summary>
    public static Alert? Decide(Alert alert, CauseState cause, int ratePerHour, DateTimeOffset now, NotificationState state)
    {
        var held = cause.Notices.Where(notice => !alert.HasTold(notice.Key) && now - notice.Notice.At >= Hold).ToArray();
        if (held.Length > 0 && (cause.Failed > 0 || cause.Count >= LeastRetrying) && KindOf(held, alert) is { } kind)
        {
            return Tell(alert, kind, cause, now, state) with { IsOpen = true, NotifiedAt = now, NotifiedCount = cause.Count } is var told
                ? told with { Notifications = [.. told.Notifications.SkipLast(1), told.Notifications[^1] with { Notices = [.. cause.Notices.Select(notice => notice.Key)] }] }
                : null;
        }

        if (ratePerHour > 0 && cause.LastHour > ratePerHour && !(now - alert.RateNotifiedAt < Reminder))
        {
            return Tell(alert, NotificationKind.Rate, cause, now, state) with { IsOpen = true, NotifiedAt = now, NotifiedCount = cause.Count, RateNotifiedAt = now };
        }

        return alert.IsOpen ? GoOn(alert, cause, now, state) : null;
    }

    /// <summary>Decides about events that have waited for too long, about which there are no notices of groups.</summary>
    public static Alert? DecideWaiting(Alert alert, CauseState waiting, DateTimeOffset now, NotificationState state) =>
        alert.IsOpen ? GoOn(alert, waiting, now, state)
        : waiting.Count > 0 ? Tell(alert, NotificationKind.WaitingTooLong, waiting, now, state) with { IsOpen = true, NotifiedAt = now, NotifiedCount = waiting.Count }
        : null;

    /// <summary>What operators know of grows, lasts or ends.</summary>
    private static Alert? GoOn(Alert alert, CauseState cause, DateTimeOffset now, NotificationState state)
    {
        if (cause.Count == 0)
        {
            return Tell(alert, NotificationKind.Recovered, cause, now, state) with { IsOpen = false, NotifiedCount = 0, RateNotifiedAt = null };
        }

        return cause.Count >= (long)Growth * Math.Max(alert.NotifiedCount, 1) ? Tell(alert, NotificationKind.Growing, cause, now, state) with { NotifiedAt = now, NotifiedCount = cause.Count }
            : now - alert.NotifiedAt >= Reminder ? Tell(alert, NotificationKind.Reminder, cause, now, state) with { NotifiedAt = now, NotifiedCount = cause.Count }
            : null;
    }

    /// <summary>A further group of a cause that operators know of is not worth another notification; a comeback is.</summary>
    private static NotificationKind? KindOf(IReadOnlyList<KeyedNotice> held, Alert alert) =>
        held.Any(notice => notice.Notice.Kind == GroupNoticeKind.Comeback) ? NotificationKind.Comeback
        : held.Any(notice => notice.Notice.Kind == GroupNoticeKind.MuteOver) ? NotificationKind.MuteOver
        : alert.IsOpen ? null
        : NotificationKind.NewGroup;

    private static Alert Tell(Alert alert, NotificationKind kind, CauseState cause, DateTimeOffset now, NotificationState state) =>
        alert.With(new Notification(kind, cause.Title, cause.Count, cause.First, now, state));
}

/// <summary>A cause as it is now, without the groups that are muted or resolved.</summary>
/// <param name="Title">What to call it.</param>
/// <param name="Count">How many events have failed or are retried.</param>
/// <param name="Failed">How many of them have failed for good.</param>
/// <param name="LastHour">How many of them failed within the last hour.</param>
/// <param name="First">When the first of them failed; null if there are none.</param>
/// <param name="Notices">What operators have not been told yet about its groups.</param>
internal sealed record CauseState(string Title, int Count, int Failed, int LastHour, DateTimeOffset? First, IReadOnlyList<KeyedNotice> Notices);

/// <summary>A notice of a group and its name.</summary>
internal readonly record struct KeyedNotice(string Fingerprint, GroupNotice Notice)
{
    public string Key => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Fingerprint}@{Notice.At.UtcTicks}");
}
