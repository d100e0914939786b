namespace EventTracking.Core.Notifications;

/// <summary>The names of kinds and states, as operators see them.</summary>
internal static class NotificationText
{
    /// <summary>What only a newer version of the product knows.</summary>
    private const string Unknown = "unknown";

    public static IReadOnlyList<string> Kinds { get; } = [.. Enum.GetValues<NotificationKind>().Select(kind => kind.ToText()), Unknown];

    public static IReadOnlyList<string> States { get; } = [.. Enum.GetValues<NotificationState>().Select(state => state.ToText()), Unknown];

    public static string ToText(this NotificationKind kind) => kind switch
    {
        NotificationKind.NewGroup => "newFailures",
        NotificationKind.Comeback => "comeback",
        NotificationKind.MuteOver => "muteOver",
        NotificationKind.Growing => "growing",
        NotificationKind.Reminder => "reminder",
        NotificationKind.Rate => "rate",
        NotificationKind.Recovered => "recovered",
        NotificationKind.ReplayStopped => "replayStopped",
        NotificationKind.Test => "test",
        NotificationKind.WaitingTooLong => "waitingTooLong",
        NotificationKind.Obligation => "obligation",
        NotificationKind.DeadLetters => "deadLetters",
        NotificationKind.SilentSource => "silentSource",
        NotificationKind.Digest => "digest",
        _ => Unknown,
    };

    public static string ToText(this NotificationState state) => state switch
    {
        NotificationState.Pending => "pending",
        NotificationState.Sent => "sent",
        NotificationState.Failed => "failed",
        NotificationState.NoChannel => "noChannel",
        NotificationState.InDigest => "inDigest",
        _ => Unknown,
    };
}
