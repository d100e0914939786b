namespace EventTracking.Core.Notifications;

/// <summary>How often and when a notification is tried again. Sweepers try, a minute apart, so more jitter than theirs is not needed.</summary>
internal static class SendRules
{
    public const int MaxAttempts = 8;

    private static readonly TimeSpan First = TimeSpan.FromMinutes(1);

    /// <summary>One minute, two, four, up to about two hours: three hours of an outage of the channel lose nothing.</summary>
    public static TimeSpan DelayAfter(int attempt) => First * (1 << Math.Min(attempt - 1, MaxAttempts - 1));
}
