using System.Globalization;

namespace EventTracking.Api.Sandbox;

/// <summary>
/// The calls that Brightpearl allows in a period, for all clients of the account together. Every response reports how many are left and
/// when the next period begins: https://help.brightpearl.com/hc/en-us/articles/212644823
/// </summary>
internal sealed class BrightpearlSandboxBudget
{
    /// <summary>What Brightpearl gives a private app.</summary>
    public const int Usual = 200;

    private const string RemainingHeader = "brightpearl-requests-remaining";
    private const string NextPeriodHeader = "brightpearl-next-throttle-period";
    private const int PeriodsKept = 100;
    private static readonly TimeSpan UsualPeriod = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly List<SandboxPeriodResponse> periods = [];
    private readonly int usualCalls;
    private readonly TimeProvider time;
    private int calls;
    private TimeSpan period;
    private DateTimeOffset? end;

    public BrightpearlSandboxBudget(int usualCalls, TimeProvider time)
    {
        (this.usualCalls, this.time) = (usualCalls, time);
        Reset();
    }

    /// <summary>Counts one call of the API and writes the headers; false when there is none left in this period.</summary>
    public bool Spend(HttpResponse response)
    {
        lock (gate)
        {
            var (remaining, left) = Open();
            var within = remaining > 0;
            periods[^1] = within ? periods[^1] with { Made = periods[^1].Made + 1 } : periods[^1] with { Refused = periods[^1].Refused + 1 };
            WriteHeaders(response, within ? remaining - 1 : 0, left);
            return within;
        }
    }

    /// <summary>Counts calls of another client of the account, and returns how many of them were made.</summary>
    public int SpendByOther(int count)
    {
        lock (gate)
        {
            var made = Math.Min(count, Open().Remaining);
            periods[^1] = periods[^1] with { MadeByOthers = periods[^1].MadeByOthers + made, RefusedToOthers = periods[^1].RefusedToOthers + count - made };
            return made;
        }
    }

    /// <summary>Sets the limit, and begins a period.</summary>
    public void Set(int limit, TimeSpan length)
    {
        lock (gate)
        {
            (calls, period, end) = (limit, length, null);
            periods.Clear();
        }
    }

    public void Reset() => Set(usualCalls, UsualPeriod);

    public SandboxLimitResponse Describe()
    {
        lock (gate)
        {
            var (remaining, left) = Open();
            return new SandboxLimitResponse(calls, period.TotalSeconds, remaining, (long)left.TotalMilliseconds, [.. periods]);
        }
    }

    public static void WriteHeaders(HttpResponse response, int remaining, TimeSpan nextPeriod)
    {
        response.Headers[RemainingHeader] = remaining.ToString(CultureInfo.InvariantCulture);
        response.Headers[NextPeriodHeader] = ((long)nextPeriod.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Begins the periods that are due, and returns the calls and the time that are left in the present one.</summary>
    private (int Remaining, TimeSpan Left) Open()
    {
        var now = time.GetUtcNow();
        if (end is not { } ends || now >= ends)
        {
            // One period follows the other, whenever the next call comes.
            ends = end is { } last ? last + (period * (Math.Floor((now - last) / period) + 1)) : now + period;
            end = ends;
            periods.Add(new SandboxPeriodResponse(0, 0, 0, 0));
            if (periods.Count > PeriodsKept)
            {
                periods.RemoveAt(0);
            }
        }

        return (calls - periods[^1].Made - periods[^1].MadeByOthers, ends - now);
    }
}
