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
    IEventLedger ledger, FailureGroups groups, FailureOverviews overviews, FailureWatch watch, Causes causes, Conditions conditions, Alerts alerts, NotificationSender sender, IOptions<NotificationOptions> options, TimeProvider time, ILogger<Notifier> logger)
{
    /// <summary>More groups are not looked up at once; those with the fewest events are left out.</summary>
    private const int MaxGroups = 500;

    private static readonly TimeSpan BetweenCounts = TimeSpan.FromMinutes(10);

    private long? counted;

    /// <summary>Decides what to tell, and sends it. Returns how many notifications were sent.</summary>
    /// <exception cref="Resilience.StoreUnavailableException">A store did not respond; the next sweep goes on.</exception>
    public Task<int> RunAsync(CancellationToken cancellationToken) => RunAsync(hasChanged: false, cancellationToken);

    /// <param name="hasChanged">Whether the caller knows that the counts have changed, so that they are not left for minutes.</param>
    /// <param name="cancellationToken">Cancels the run.</param>
    /// <inheritdoc cref="RunAsync(CancellationToken)"/>
    public async Task<int> RunAsync(bool hasChanged, CancellationToken cancellationToken)
    {
        var watched = await groups.ListWatchedAsync(cancellationToken);
        var open = await alerts.ListWatchedAsync(cancellationToken);
        if (hasChanged || watched.Any(group => group.Value.Notice is not null) || counted is not { } last || time.GetElapsedTime(last) >= BetweenCounts)
        {
            counted = time.GetTimestamp();
            await DecideAsync(watched, open, cancellationToken);
            foreach (var condition in await conditions.FindAsync(cancellationToken))
            {
                await ChangeAsync(condition.Subject, alert => AlertRules.DecideCondition(alert, condition, time.GetUtcNow(), sender.Initial), cancellationToken);
            }

            open = await alerts.ListWatchedAsync(cancellationToken);
        }

        return await sender.SendAsync(open, cancellationToken);
    }

    /// <summary>Tells operators that a replay has stopped; other parts of the engine call it.</summary>
    /// <param name="replay">The id of the replay, about which they are told once.</param>
    /// <param name="title">What was replayed, in words without personal data.</param>
    /// <param name="count">How many of its events have failed.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public Task ReplayStoppedAsync(string replay, string title, int count, CancellationToken cancellationToken) => alerts.ChangeAsync(
        NotificationLink.Replay + replay,
        alert => alert.Notifications.Count > 0 ? null : alert.With(new Notification(NotificationKind.ReplayStopped, title, count, null, time.GetUtcNow(), sender.Initial)),
        cancellationToken);

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

        var subjects = known.Values.Select(group => group.Cause).Concat(overview.Causes.Select(cause => cause.Cause))
            .Concat(open.Where(alert => (alert.IsOpen || alert.Obligations.Count > 0) && !Conditions.Has(alert.Subject)).Select(alert => alert.Subject));
        foreach (var cause in subjects.Distinct())
        {
            var told = open.FirstOrDefault(alert => alert.Subject == cause)?.Obligations ?? [];
            var state = await causes.StateOf(cause, overview, known, now).WithRunningAsync(told, ledger, cancellationToken);
            await ChangeAsync(cause, alert => AlertRules.Decide(alert, state, options.Value.RatePerHour, now, sender.Initial), cancellationToken);
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

    private async Task ChangeAsync(string subject, Func<Alert, Alert?> decide, CancellationToken cancellationToken)
    {
        var told = 0;
        var changed = await alerts.ChangeAsync(
            subject,
            alert =>
            {
                var decided = decide(alert);
                told = decided?.Notifications.Except(alert.Notifications).Count() ?? 0;
                return decided;
            },
            cancellationToken);
        if (changed is not null && told > 0)
        {
            var notification = changed.Notifications[^1];
            Log.Told(logger, notification.Kind, notification.Title, notification.Count);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Kind}: {Title}, {Count} events need attention")]
        public static partial void Told(ILogger logger, NotificationKind kind, string title, int count);
    }
}
