using System.Globalization;

namespace EventTracking.Api.Sandbox;

/// <summary>The calls that Brightpearl allows per minute, for all clients of the account together. Every response reports them: https://help.brightpearl.com/hc/en-us/articles/212644823</summary>
internal sealed class BrightpearlSandboxBudget(int calls, TimeProvider time)
{
    /// <summary>What Brightpearl gives a private app.</summary>
    public const int Usual = 200;

    private const string RemainingHeader = "brightpearl-requests-remaining";
    private const string NextPeriodHeader = "brightpearl-next-throttle-period";
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private DateTimeOffset end = DateTimeOffset.MinValue;
    private int spent;

    /// <summary>Counts one call and writes the headers; false when there is none left in this minute.</summary>
    public bool Spend(HttpResponse response)
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            if (now >= end)
            {
                end = now + Period;
                spent = 0;
            }

            var within = spent < calls;
            spent += within ? 1 : 0;
            WriteHeaders(response, calls - spent, end - now);
            return within;
        }
    }

    public static void WriteHeaders(HttpResponse response, int remaining, TimeSpan nextPeriod)
    {
        response.Headers[RemainingHeader] = remaining.ToString(CultureInfo.InvariantCulture);
        response.Headers[NextPeriodHeader] = ((long)nextPeriod.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
    }
}
