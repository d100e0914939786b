using EventTracking.Core.Events;
using EventTracking.Core.Failures;
using EventTracking.Core.Records;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EventTracking.Core.Notifications;

/// <summary>
/// Tells operators what broke, once per cause. The sweeper runs it. While nothing fails that operators have not been told about, a run
/// reads two empty lists; causes that they know of are counted every ten minutes.
/// </summary>
internal sealed partial class Notifier(
    IEventLedger ledger, FailureGroups groups, FailureOverviews overviews, FailureWatch watch, Alerts alerts, NotificationChannel channel, IOptions<NotificationOptions> options, TimeProvider time, ILogger<Notifier> logger)
{
    /// <summary>More groups are not looked up at once; those with the fewest events are left out.</summary>
    private const int MaxGroups = 500;

    /// <summary>What has waited for too long is the subject of one alert, whatever it waits for.</summary>
    private const string Waiting = "events that wait";

    /// <summary>More waiting events are not counted.</summary>
    private const int MaxWaiting = 100;

    private static readonly TimeSpan BetweenCounts = TimeSpan.FromMinutes(10);

    private long? counted;

    /// <summary>Decides what to tell, and sends it. Returns how many notifications were sent.</summary>
    /// <exception cref="Resilience.StoreUnavailableException">A store did not respond; the next sweep goes on.</exception>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var watched = await groups.ListWatchedAsync(cancellationToken);
        var open = await alerts.ListWatchedAsync(cancellationToken);
        if (watched.Any(group => group.Value.Notice is not null) || counted is not { } last || time.GetElapsedTime(last) >= BetweenCounts)
        {
            counted = time.GetTimestamp();
            await DecideAsync(watched, open, cancellationToken);
            await DecideWaitingAsync(cancellationToken);
            open = await alerts.ListWatchedAsync(cancellationToken);
        }

        return await SendAsync(open, cancellationToken);
    }

    /// <summary>Tells operators that a replay has stopped; other parts of the engine call it.</summary>
    /// <param name="replay">The id of the replay, about which they are told once.</param>
    /// <param name="title">What was replayed, in words without personal data.</param>
    /// <param name="count">How many of its events have failed.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public Task ReplayStoppedAsync(string replay, string title, int count, CancellationToken cancellationToken) => alerts.ChangeAsync(
        $"replay {replay}",
        alert => alert.Notifications.Count > 0 ? null : alert.With(new Notification(NotificationKind.ReplayStopped, title, count, null, time.GetUtcNow(), Initial)),
        cancellationToken);

    /// <summary>Sends a test and returns what became of it.</summary>
    public async Task<Notification> TestAsync(CancellationToken cancellationToken)
    {
        var test = new Notification(NotificationKind.Test, "This is a test", 0, null, time.GetUtcNow(), Initial);
        return Initial == NotificationState.NoChannel ? test : await TrySendAsync("test", test, cancellationToken);
    }

    private NotificationState Initial => options.Value.Url is null ? NotificationState.NoChannel : NotificationState.Pending;

    private async Task DecideAsync(IReadOnlyList<StoredRecord<FailureGroup>> watched, IReadOnlyList<Alert> open, CancellationToken cancellationToken)
    {
        var overview = await overviews.CountAsync();
        var now = time.GetUtcNow();
        var known = new Dictionary<string, FailureGroup>(StringComparer.Ordinal);
        foreach (var group in watched)
        {
            var count = overview.Find(group.Value.Fingerprint)?.CountSince(group.Value.Mute?.At, now) ?? default;
            var advanced = TriageRules.Advance(group.Value, count, now);
            if (advanced is null || await groups.TryWriteAsync(advanced, group, cancellationToken))
            {
                known[group.Value.Fingerprint] = advanced ?? group.Value;
            }
        }

        // A group that is not watched may be open, resolved, or not be known: its failures may be of a version or a process that did not notice it.
        foreach (var group in overview.Groups.Where(group => !known.ContainsKey(group.Fingerprint)).OrderByDescending(group => group.Count).Take(MaxGroups))
        {
            if ((await groups.FindAsync(group.Fingerprint, cancellationToken))?.Value is { } found)
            {
                known[group.Fingerprint] = found;
            }
            else if (group.Facts.Type is { } type)
            {
                var failure = new Failure(type, group.Facts.Code, "", [], null, null, group.Fingerprint, group.Facts.Transient ?? false);
                await watch.SeeAsync(new SeenFailure(group.Function, failure, now), cancellationToken);
            }
        }

        foreach (var cause in known.Values.Select(group => group.Cause).Concat(overview.Causes.Select(cause => cause.Cause)).Concat(open.Where(alert => alert.IsOpen && alert.Subject != Waiting).Select(alert => alert.Subject)).Distinct())
        {
            await DecideAsync(cause, StateOf(cause, overview, known, now), now, cancellationToken);
        }

        // What was told, or was over before it was worth telling, is not told again.
        foreach (var group in known.Values.Where(group => group.Notice is { } notice && now - notice.At >= AlertRules.Hold))
        {
            var (told, count) = (group.Notice, overview.Find(group.Fingerprint));
            if (count is null or { Failed: > 0 } or { Count: >= AlertRules.LeastRetrying } || !group.IsLoud)
            {
                await groups.ChangeAsync(group.Fingerprint, stored => stored is not null && stored.Notice == told ? stored with { Notice = null } : null, cancellationToken);
            }
        }
    }

    private async Task DecideWaitingAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var page = await ledger.ListAsync(new EventQuery { Status = EventStatus.Waiting, To = now - options.Value.WaitingLongerThan, Limit = MaxWaiting }, cancellationToken);
        var title = $"events of {string.Join(", ", page.Events.Select(summary => summary.Event.Function).Distinct().Order(StringComparer.Ordinal))} have waited for too long";
        var state = new CauseState(page.Events.Count > 0 ? title : Waiting, page.Events.Count, page.Events.Count, 0, page.Events.Count == 0 ? null : page.Events.Min(summary => summary.UpdatedAt), []);
        await ChangeAsync(Waiting, alert => AlertRules.DecideWaiting(alert, state, now, Initial), cancellationToken);
    }

    private Task DecideAsync(string cause, CauseState state, DateTimeOffset now, CancellationToken cancellationToken) =>
        ChangeAsync(cause, alert => AlertRules.Decide(alert, state, options.Value.RatePerHour, now, Initial), cancellationToken);

    private async Task ChangeAsync(string subject, Func<Alert, Alert?> decide, CancellationToken cancellationToken)
    {
        if (await alerts.ChangeAsync(subject, decide, cancellationToken) is { } told)
        {
            var notification = told.Notifications[^1];
            Log.Told(logger, notification.Kind, notification.Title, notification.Count);
        }
    }

    private static CauseState StateOf(string cause, FailureOverview overview, Dictionary<string, FailureGroup> known, DateTimeOffset now)
    {
        var loud = overview.Groups.Where(group => group.Cause == cause && known.GetValueOrDefault(group.Fingerprint) is { IsLoud: true }).ToArray();
        var notices = known.Values.Where(group => group.Cause == cause && group is { IsLoud: true, Notice: not null }).Select(group => new KeyedNotice(group.Fingerprint, group.Notice!));
        var title = loud.Length switch
        {
            0 => cause,
            1 => loud[0].Title,
            _ => $"{cause}: {loud.Length} groups in {string.Join(", ", loud.Select(group => group.Function).Distinct().Order(StringComparer.Ordinal).Take(4))}",
        };
        return new CauseState(
            title,
            loud.Sum(group => group.Count),
            loud.Sum(group => group.Failed),
            loud.Sum(group => group.CountSince(null, now).LastHour),
            loud.Length == 0 ? null : loud.Min(group => group.First),
            [.. notices]);
    }

    private async Task<int> SendAsync(IReadOnlyList<Alert> watched, CancellationToken cancellationToken)
    {
        var sent = 0;
        foreach (var (subject, due) in watched.SelectMany(alert => alert.Notifications.Select(notification => (alert.Subject, notification))).Where(entry => IsDue(entry.notification)))
        {
            // Whoever counts the attempt makes it.
            var attempt = due with { Attempts = due.Attempts + 1, NextAt = time.GetUtcNow() + SendRules.DelayAfter(due.Attempts + 1) };
            if (await alerts.ChangeAsync(subject, alert => Replace(alert, due, attempt), cancellationToken) is null)
            {
                continue;
            }

            var ended = await TrySendAsync(subject, attempt, cancellationToken);
            await alerts.ChangeAsync(subject, alert => Replace(alert, attempt, ended), cancellationToken);
            sent += ended.State == NotificationState.Sent ? 1 : 0;
        }

        return sent;
    }

    private bool IsDue(Notification notification) => notification.State == NotificationState.Pending && !(notification.NextAt > time.GetUtcNow());

    private static Alert? Replace(Alert alert, Notification old, Notification changed)
    {
        var index = alert.Notifications.ToList().FindIndex(candidate => candidate.At == old.At && candidate.Kind == old.Kind && candidate.Attempts == old.Attempts && candidate.State == old.State);
        return index < 0 ? null : alert with { Notifications = [.. alert.Notifications.Take(index), changed, .. alert.Notifications.Skip(index + 1)] };
    }

    private async Task<Notification> TrySendAsync(string subject, Notification notification, CancellationToken cancellationToken)
    {
        if (await channel.SendAsync(subject, notification, cancellationToken) is not { } error)
        {
            return notification with { State = NotificationState.Sent, Error = null };
        }

        Log.NotSent(logger, notification.Kind, notification.Title, notification.Attempts, error);
        return notification with { State = notification.Attempts >= SendRules.MaxAttempts ? NotificationState.Failed : notification.State, Error = error };
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Kind}: {Title}, {Count} events need attention")]
        public static partial void Told(ILogger logger, NotificationKind kind, string title, int count);

        [LoggerMessage(2, LogLevel.Error, "The notification {Kind} about {Title} could not be sent in attempt {Attempt}: {Error}")]
        public static partial void NotSent(ILogger logger, NotificationKind kind, string title, int attempt, string error);
    }
}
