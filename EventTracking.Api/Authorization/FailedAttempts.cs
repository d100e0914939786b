using System.Globalization;
using System.Net;

namespace EventTracking.Api.Authorization;

/// <summary>
/// Counts the failed authentication attempts per caller. Beyond the limit a failure gets a 429, so that guessing is slow. Valid
/// credentials are never rejected because others failed from the same address: anybody can make a source deliver here with a wrong
/// signature, from the addresses that valid deliveries come from.
/// </summary>
/// <remarks>
/// Callers share a fixed number of counters, so that many addresses take no memory. Which callers share one differs in every
/// process, and each process counts on its own.
/// </remarks>
internal sealed class FailedAttempts(TimeProvider time)
{
    /// <summary>Failures that a caller may have per window.</summary>
    public const int Limit = 20;

    private const int Callers = 4096;
    private const int CountBits = 16;

    // The rest of an IPv6 address is up to the caller.
    private const int NetworkBytes = 8;

    // Each counter holds the number of the window and the failures in it.
    private readonly long[] counters = new long[Callers];

    public static TimeSpan Window { get; } = TimeSpan.FromMinutes(1);

    /// <summary>Counts one failure. Returns true, and sets <c>Retry-After</c> on the response, when there are too many.</summary>
    public bool IsTooMany(HttpContext context)
    {
        var now = time.GetTimestamp();
        var length = (long)(Window.TotalSeconds * time.TimestampFrequency);
        if (Count(CounterOf(context.Connection.RemoteIpAddress), now / length) <= Limit)
        {
            return false;
        }

        var seconds = 1 + ((length - (now % length)) / time.TimestampFrequency);
        context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return true;
    }

    private static int CounterOf(IPAddress? caller)
    {
        HashCode hash = default;
        if (caller is not null)
        {
            var address = caller.IsIPv4MappedToIPv6 ? caller.MapToIPv4() : caller;
            var bytes = address.GetAddressBytes();
            hash.AddBytes(bytes.AsSpan(0, Math.Min(bytes.Length, NetworkBytes)));
        }

        return (int)((uint)hash.ToHashCode() % Callers);
    }

    private long Count(int caller, long window)
    {
        ref var counter = ref counters[caller];
        while (true)
        {
            var seen = Volatile.Read(ref counter);
            var count = seen >> CountBits == window ? Math.Min((seen & ((1 << CountBits) - 1)) + 1, Limit + 1) : 1;
            if (Interlocked.CompareExchange(ref counter, (window << CountBits) | count, seen) == seen)
            {
                return count;
            }
        }
    }
}
