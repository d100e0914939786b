using System.Text.Json.Serialization;
using EventTracking.Core.Compatibility;

namespace EventTracking.Core.Notifications;

/// <summary>
/// What operators were told about a subject, usually a cause of failures, and what is still to be sent. Both are in one record, so that the
/// write that decides to notify is also the one that hands the notification over.
/// </summary>
/// <param name="Subject">The cause, or what else the alert is about.</param>
internal sealed record Alert(string Subject)
{
    /// <summary>The number of notifications that are kept.</summary>
    public const int NotificationsKept = 20;

    /// <summary>Whether operators were told that something is wrong, and not yet that it is over.</summary>
    public bool IsOpen { get; init; }

    /// <summary>When operators were last told; null before the first time.</summary>
    public DateTimeOffset? NotifiedAt { get; init; }

    /// <summary>How many events there were then.</summary>
    public int NotifiedCount { get; init; }

    /// <summary>When operators were last told of the rate.</summary>
    public DateTimeOffset? RateNotifiedAt { get; init; }

    /// <summary>The ids of the events that are an obligation each and that operators were told about, until they have ended otherwise.</summary>
    public IReadOnlyList<string> Obligations { get; init => field = value ?? []; } = [];

    /// <summary>When the last messages were sent; only in the alert of the digests, for all alerts.</summary>
    public IReadOnlyList<DateTimeOffset> Sends { get; init => field = value ?? []; } = [];

    /// <summary>The newest notifications, oldest first; at most <see cref="NotificationsKept"/>.</summary>
    public IReadOnlyList<Notification> Notifications { get; init; } = [];

    /// <summary>Whether the sweeper has to look at the alert although nothing new fails.</summary>
    [JsonIgnore]
    public bool IsWatched => IsOpen || Obligations.Count > 0 || Notifications.Any(notification => notification.State == NotificationState.Pending);

    public Alert With(Notification added) => this with { Notifications = [.. Notifications.Append(added).TakeLast(NotificationsKept)] };

    /// <summary>Whether a notice of a group was among the reasons for a notification.</summary>
    public bool HasTold(string notice) => Notifications.Any(notification => notification.Notices.Contains(notice));
}

/// <summary>One message to operators. It has neither payloads nor messages of exceptions.</summary>
/// <param name="Kind">Why it is sent.</param>
/// <param name="Title">What it is about.</param>
/// <param name="Count">How many events need attention because of it.</param>
/// <param name="Since">When the first of them failed; null if there are none.</param>
/// <param name="At">When it was decided on.</param>
/// <param name="State">Whether it was sent.</param>
internal sealed record Notification(NotificationKind Kind, string Title, int Count, DateTimeOffset? Since, DateTimeOffset At, NotificationState State)
{
    /// <summary>The notices of groups that it tells, as <c>fingerprint@ticks</c>.</summary>
    public IReadOnlyList<string> Notices { get; init; } = [];

    /// <summary>How often it was tried to send it.</summary>
    public int Attempts { get; init; }

    /// <summary>When the next attempt may start; null if it was not tried yet.</summary>
    public DateTimeOffset? NextAt { get; init; }

    /// <summary>Why the last attempt failed.</summary>
    public string? Error { get; init; }

    /// <summary>What a digest consists of.</summary>
    public IReadOnlyList<NotificationPart> Parts { get; init => field = value ?? []; } = [];
}

/// <summary>A notification that became part of a digest.</summary>
internal sealed record NotificationPart(string Subject, NotificationKind Kind, string Title, int Count, DateTimeOffset? Since);

/// <summary>Why operators are told something.</summary>
[JsonConverter(typeof(WordConverter<NotificationKind>))]
internal enum NotificationKind
{
    NewGroup = 0,
    Comeback = 1,
    MuteOver = 2,
    Growing = 3,
    Reminder = 4,
    Rate = 5,
    Recovered = 6,
    ReplayStopped = 7,
    Test = 8,
    WaitingTooLong = 9,

    /// <summary>Something of which each single one must reach an operator.</summary>
    Obligation = 10,
    DeadLetters = 11,
    SilentSource = 12,

    /// <summary>Several notifications in one.</summary>
    Digest = 13,
}

/// <summary>What became of a notification.</summary>
[JsonConverter(typeof(WordConverter<NotificationState>))]
internal enum NotificationState
{
    Pending = 0,
    Sent = 1,

    /// <summary>All attempts failed.</summary>
    Failed = 2,

    /// <summary>There was no channel to send it to.</summary>
    NoChannel = 3,

    /// <summary>It is part of a digest, which has a state of its own.</summary>
    InDigest = 4,
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Alert))]
internal sealed partial class AlertJson : JsonSerializerContext;
