using System.Globalization;

namespace EventTracking.Benchmarks.Simulation;

/// <summary>The calls that Brightpearl allows the account in each minute of the simulation, for all processes together. Every response says how many are left.</summary>
/// <param name="Calls">The calls in a minute.</param>
internal sealed record AccountLimit(int Calls)
{
    /// <summary>No run needs as many.</summary>
    private const int Plenty = 10_000;

    /// <summary>Hardly more than webhooks and imports need, so that events have to wait for it again and again.</summary>
    private const int Few = 12;

    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private TimeSpan ends = Period;
    private int made;

    public static AccountLimit For(World world) => new(world.Luck.Below("account-limit", 2) == 0 ? Few : Plenty);

    /// <summary>Counts a call; returns false if none is left in this minute.</summary>
    public bool TrySpend(TimeSpan now)
    {
        for (; ends <= now; ends += Period)
        {
            made = 0;
        }

        return made++ < Calls;
    }

    /// <summary>Writes what is left to a response, unless a fault has written something else.</summary>
    public void Describe(HttpResponseMessage response, TimeSpan now)
    {
        response.Headers.TryAddWithoutValidation("brightpearl-requests-remaining", Math.Max(0, Calls - made).ToString(CultureInfo.InvariantCulture));
        response.Headers.TryAddWithoutValidation("brightpearl-next-throttle-period", ((long)(ends - now).TotalMilliseconds).ToString(CultureInfo.InvariantCulture));
    }
}
