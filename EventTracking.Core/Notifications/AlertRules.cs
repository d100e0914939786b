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

    /// <summary>What is only retried and comes and goes is told this seldom.</summary>
    private static readonly TimeSpan Calm = TimeSpan.FromHours(1);

    /// <summary>Returns the alert with what changes, e.g. a further notification; null if there is nothing to tell or to remember.</summary>
    public static Alert? Decide(Alert alert, CauseState cause, int ratePerHour, DateTimeOffset now, NotificationState state)
    {
        var decided = Tell(alert, cause, ratePerHour, now, state);
        return (decided ?? alert).Obligations.SequenceEqual(cause.Obligations) ? decided : (decided ?? alert) with { Obligations = cause.Obligations };
    }

    /// <summary>Decides about a condition that holds or not, about which there are no notices of groups.</summary>
    public static Alert? DecideCondition(Alert alert, Condition condition, DateTimeOffset now, NotificationState state)
    {
        var cause = new CauseState(condition.Title, condition.Count, condition.Count, 0, condition.Since, []);
        return (alert.IsOpen, condition.Holds) switch
        {
            (true, true) => GoOn(alert, cause, now, state),
            (true, false) => Recover(alert, cause, now, state),
            (false, true) => Open(alert, condition.Kind, cause, now, state),
            _ => null,
        };
    }

    private static Alert? Tell(Alert alert, CauseState cause, int ratePerHour, DateTimeOffset now, NotificationState state)
    {
        var held = cause.Notices.Where(notice => !alert.HasTold(notice.Key) && now - notice.Notice.At >= Hold).ToArray();
        if (held.Length > 0 && IsWorthIt(cause.Count, cause.Failed) && KindOf(held, alert) is { } kind)
        {
            return WithNotices(Open(alert, kind, cause, now, state), cause);
        }

        // Each is a duty of its own, so that the cause is known says nothing about it.
        if (cause.Obligations.Except(alert.Obligations).Count() is var untold and > 0)
        {
            var told = Open(alert, NotificationKind.Obligation, cause with { Title = cause.ObligationTitle ?? cause.Title, Count = untold, First = null }, now, state);
            return WithNotices(told with { NotifiedCount = cause.Count }, cause);
        }

        if (ratePerHour > 0 && cause.LastHour > ratePerHour && !(now - alert.RateNotifiedAt < Reminder))
        {
            return Open(alert, NotificationKind.Rate, cause, now, state) with { RateNotifiedAt = now };
        }

        return alert.IsOpen
            ? cause.Count > 0 ? GoOn(alert, cause, now, state) : cause.IsSilenced ? Close(alert) : Recover(alert, cause, now, state)
            : IsBack(alert, cause, now) ? Open(alert, alert.NotifiedAt is null ? NotificationKind.NewGroup : NotificationKind.Comeback, cause, now, state)
            : null;
    }

    /// <summary>
    /// Whether groups that are known fail although nobody has been told, or was told that they no longer do. They have no notice any more:
    /// they were over before it was worth telling, or their cause has recovered.
    /// </summary>
    private static bool IsBack(Alert alert, CauseState cause, DateTimeOffset now) =>
        cause.Known is { } known
        && IsWorthIt(known.Count, known.Failed)
        && now - known.First >= Hold
        && (known.Failed > 0 || !(now - alert.NotifiedAt < Calm));

    private static bool IsWorthIt(int count, int failed) => failed > 0 || count >= LeastRetrying;

    /// <summary>What operators know of grows or lasts.</summary>
    private static Alert? GoOn(Alert alert, CauseState cause, DateTimeOffset now, NotificationState state) =>
        cause.Count >= (long)Growth * Math.Max(alert.NotifiedCount, 1) ? Open(alert, NotificationKind.Growing, cause, now, state)
        : now - alert.NotifiedAt >= Reminder ? Open(alert, NotificationKind.Reminder, cause, now, state)
        : null;

    private static Alert Recover(Alert alert, CauseState cause, DateTimeOffset now, NotificationState state) =>
        With(Close(alert), NotificationKind.Recovered, cause, now, state) with { NotifiedAt = now };

    private static Alert Close(Alert alert) => alert with { IsOpen = false, NotifiedCount = 0, RateNotifiedAt = null };

    private static Alert Open(Alert alert, NotificationKind kind, CauseState cause, DateTimeOffset now, NotificationState state) =>
        With(alert, kind, cause, now, state) with { IsOpen = true, NotifiedAt = now, NotifiedCount = cause.Count };

    /// <summary>A further group of a cause that operators know of is not worth another notification; a comeback is.</summary>
    private static NotificationKind? KindOf(IReadOnlyList<KeyedNotice> held, Alert alert) =>
        held.Any(notice => notice.Notice.Kind == GroupNoticeKind.Comeback) ? NotificationKind.Comeback
        : held.Any(notice => notice.Notice.Kind == GroupNoticeKind.MuteOver) ? NotificationKind.MuteOver
        : alert.IsOpen ? null
        : NotificationKind.NewGroup;

    private static Alert With(Alert alert, NotificationKind kind, CauseState cause, DateTimeOffset now, NotificationState state) =>
        alert.With(new Notification(kind, cause.Title, cause.Count, cause.First, now, state));

    private static Alert WithNotices(Alert told, CauseState cause) =>
        told with { Notifications = [.. told.Notifications.SkipLast(1), told.Notifications[^1] with { Notices = [.. cause.Notices.Select(notice => notice.Key)] }] };
}

/// <summary>Failures of groups that are open and known.</summary>
internal readonly record struct KnownFailures(int Count, int Failed, DateTimeOffset First);

/// <summary>Something that may be wrong without a failure.</summary>
/// <param name="Subject">The subject of its alert.</param>
/// <param name="Kind">What to tell while it holds.</param>
/// <param name="Title">What to call it.</param>
/// <param name="Holds">Whether it holds.</param>
/// <param name="Count">How many events are concerned.</param>
/// <param name="Since">Since when.</param>
internal sealed record Condition(string Subject, NotificationKind Kind, string Title, bool Holds, int Count, DateTimeOffset? Since);

/// <summary>A notice of a group and its name.</summary>
internal readonly record struct KeyedNotice(string Fingerprint, GroupNotice Notice)
{
    public string Key => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Fingerprint}@{Notice.At.UtcTicks}");
}
