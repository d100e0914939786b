namespace EventTracking.Core.Notifications;

/// <summary>When silence says that something is wrong.</summary>
internal static class SilenceRules
{
    /// <summary>The days that count: two weeks, because many shops have days without orders.</summary>
    public const int Days = 14;

    /// <summary>Of a source that sends this much on average, nothing comes by chance less than once in a hundred million times.</summary>
    public const int LeastUsual = 20;

    private const int Week = 7;

    /// <summary>Decides for some hours of a day.</summary>
    /// <param name="now">What came in these hours today.</param>
    /// <param name="days">What came in the same hours of the days before, yesterday first.</param>
    public static bool IsSilent(long now, IReadOnlyList<long> days) =>
        now == 0
        && days.Count >= Days
        && days[Week - 1] >= LeastUsual
        && days[(2 * Week) - 1] >= LeastUsual
        && days.Take(Days).Count(count => count >= LeastUsual) >= Days / 2;
}
