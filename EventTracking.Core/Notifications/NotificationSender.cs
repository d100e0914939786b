using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EventTracking.Core.Notifications;

/// <summary>Sends what was decided on, from the alerts, until the channel has it. Too many at once become one.</summary>
internal sealed partial class NotificationSender(Alerts alerts, NotificationChannel channel, IOptions<NotificationOptions> options, TimeProvider time, ILogger<NotificationSender> logger)
{
    /// <summary>More than this in <see cref="Window"/> become a digest.</summary>
    public const int MaxSingle = 5;

    /// <summary>The parts that a digest keeps. It counts the others.</summary>
    public const int MaxParts = 50;

    public static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    private const string Digests = "several notifications";

    /// <summary>The state of what is decided on.</summary>
    public NotificationState Initial => options.Value.Url is null ? NotificationState.NoChannel : NotificationState.Pending;

    /// <summary>Sends what is due and returns how many messages were sent.</summary>
    public async Task<int> SendAsync(IReadOnlyList<Alert> watched, CancellationToken cancellationToken)
    {
        Due[] due = [.. watched.SelectMany(alert => alert.Notifications.Where(IsDue).Select(notification => new Due(alert.Subject, notification)))];
        var sent = 0;
        foreach (var message in await GatherAsync(due, cancellationToken))
        {
            sent += await SendAsync(message, cancellationToken) ? 1 : 0;
        }

        return sent;
    }

    /// <summary>Sends a test and returns what became of it.</summary>
    public async Task<Notification> TestAsync(CancellationToken cancellationToken)
    {
        var test = new Notification(NotificationKind.Test, "This is a test", 0, null, time.GetUtcNow(), Initial);
        if (Initial == NotificationState.NoChannel)
        {
            return test;
        }

        // It is not kept, so nobody tries again.
        var ended = await TrySendAsync("test", test, cancellationToken);
        return ended.State == NotificationState.Sent ? ended : ended with { State = NotificationState.Failed };
    }

    /// <summary>Returns the messages to send: those that are due, or a digest in their place.</summary>
    private async Task<IReadOnlyList<Due>> GatherAsync(IReadOnlyList<Due> due, CancellationToken cancellationToken)
    {
        Due[] single = [.. due.Where(message => message.Notification.Kind != NotificationKind.Digest)];
        Due[] digests = [.. due.Except(single)];
        if (single.Length == 0)
        {
            return digests;
        }

        var since = time.GetUtcNow() - Window;
        var sent = (await alerts.FindAsync(Digests, cancellationToken))?.Sends.Count(at => at > since) ?? 0;
        if (sent + single.Length <= MaxSingle)
        {
            return due;
        }

        // A single one waits until it is one of five again, or for others; and what comes after a digest waits for the next.
        return single.Length > 1 && await GatherAsync(single, since, cancellationToken) is { } digest ? [.. digests, digest] : digests;
    }

    private async Task<Due?> GatherAsync(Due[] single, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var digest = new Notification(
            NotificationKind.Digest, string.Create(CultureInfo.InvariantCulture, $"{single.Length} notifications within {Window.TotalMinutes:0} minutes"), 0, null, time.GetUtcNow(), NotificationState.Pending)
        {
            Parts = [.. single.Take(MaxParts).Select(message => new NotificationPart(message.Subject, message.Notification.Kind, message.Notification.Title, message.Notification.Count, message.Notification.Since))],
        };

        // Of several sweepers, one makes the digest. If it dies now, the next digest has the same parts once more.
        if (await alerts.ChangeAsync(Digests, alert => alert.Notifications.Any(earlier => earlier.At > since) ? null : alert.With(digest), cancellationToken) is null)
        {
            return null;
        }

        foreach (var message in single)
        {
            await alerts.ChangeAsync(message.Subject, alert => Replace(alert, message.Notification, message.Notification with { State = NotificationState.InDigest, NextAt = null }), cancellationToken);
        }

        return new Due(Digests, digest);
    }

    private async Task<bool> SendAsync(Due due, CancellationToken cancellationToken)
    {
        // Whoever counts the attempt makes it.
        var attempt = due.Notification with { Attempts = due.Notification.Attempts + 1, NextAt = time.GetUtcNow() + SendRules.DelayAfter(due.Notification.Attempts + 1) };
        if (await alerts.ChangeAsync(due.Subject, alert => Replace(alert, due.Notification, attempt), cancellationToken) is null)
        {
            return false;
        }

        var ended = await TrySendAsync(due.Subject, attempt, cancellationToken);
        await alerts.ChangeAsync(due.Subject, alert => Replace(alert, attempt, ended), cancellationToken);
        if (ended.State != NotificationState.Sent)
        {
            return false;
        }

        await alerts.ChangeAsync(Digests, alert => alert with { Sends = [.. alert.Sends.Append(time.GetUtcNow()).TakeLast(MaxSingle)] }, cancellationToken);
        return true;
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

    private sealed record Due(string Subject, Notification Notification);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The notification {Kind} about {Title} could not be sent in attempt {Attempt}: {Error}")]
        public static partial void NotSent(ILogger logger, NotificationKind kind, string title, int attempt, string error);
    }
}
