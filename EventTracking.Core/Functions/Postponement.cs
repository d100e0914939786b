namespace EventTracking.Core.Functions;

/// <summary>How often and for how long an event is postponed that has to wait for a limit.</summary>
internal static class Postponement
{
    /// <summary>How often an event is postponed before that counts as a failure, so that nothing circulates forever. By then it has waited for half a day at least.</summary>
    public const int Most = 300;

    /// <summary>The longest wait. The queue of AWS cannot delay what is sent for longer, and what nobody has touched for much longer counts as lost.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    /// <summary>How much longer an event waits at least for each time that it was postponed before: waiting costs writes, too.</summary>
    private static readonly TimeSpan Growth = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LeastSpread = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MostSpread = TimeSpan.FromMinutes(1);

    /// <summary>Returns how long to wait: as long as was asked, and up to half of that longer, so that a backlog does not come back at one instant.</summary>
    /// <param name="asked">How long to wait at least.</param>
    /// <param name="earlier">How often the event was postponed, or its item returned, before.</param>
    /// <param name="fraction">Which part of the spread to take, from 0 to 1.</param>
    public static TimeSpan DelayOf(TimeSpan asked, int earlier, double fraction)
    {
        var grown = Growth * earlier;
        var least = Clamp(asked > grown ? asked : grown, TimeSpan.Zero, Longest);
        return least + (Clamp(least / 2, LeastSpread, MostSpread) * fraction);
    }

    private static TimeSpan Clamp(TimeSpan value, TimeSpan least, TimeSpan most) => value < least ? least : value > most ? most : value;
}
