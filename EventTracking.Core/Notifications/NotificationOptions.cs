namespace EventTracking.Core.Notifications;

/// <summary>Where and when operators are told about failures, bound to the configuration section <c>EventTracking:Notifications</c>.</summary>
internal sealed class NotificationOptions
{
    public const string Section = "EventTracking:Notifications";

    /// <summary>The address to which notifications are posted; null sends none. It may contain a secret, as Slack's do, and is never shown.</summary>
    public string? Url { get; set; }

    public NotificationFormat Format { get; set; }

    /// <summary>The key with which our own JSON is signed; required for it.</summary>
    public string? Secret { get; set; }

    /// <summary>The address of this service as operators reach it, for links; null leaves links out.</summary>
    public Uri? Link { get; set; }

    /// <summary>How many events with one cause may fail within an hour before that is worth a notification of its own; 0 for any number.</summary>
    public int RatePerHour { get; set; }

    /// <summary>How long an event may wait for an entity before that is worth a notification.</summary>
    public TimeSpan WaitingLongerThan { get; set; } = TimeSpan.FromDays(1);
}

/// <summary>The JSON that a channel understands.</summary>
internal enum NotificationFormat
{
    /// <summary>A text, as incoming webhooks of Slack and those compatible with it expect.</summary>
    Slack = 0,

    /// <summary>Our own members, with a signature.</summary>
    Json = 1,
}
