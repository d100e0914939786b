namespace EventTracking.Core.Notifications;

/// <summary>The screen of the console that shows what a notification is about.</summary>
internal static class NotificationLink
{
    /// <summary>What the subject of a replay begins with; its id follows.</summary>
    public const string Replay = "replay ";

    /// <summary>Returns the address of the screen. Whatever the path of the service is, it stays.</summary>
    public static string Of(Uri service, string subject, NotificationKind kind) => $"{service.GetLeftPart(UriPartial.Path).TrimEnd('/')}/#/{ScreenOf(subject, kind)}";

    private static string ScreenOf(string subject, NotificationKind kind) => kind switch
    {
        NotificationKind.ReplayStopped => $"replays/{Uri.EscapeDataString(subject[Replay.Length..])}",
        NotificationKind.Test or NotificationKind.Digest => "overview",
        _ => Conditions.ScreenOf(subject) ?? $"failures?cause={Uri.EscapeDataString(subject)}",
    };
}
