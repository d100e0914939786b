namespace EventTracking.Api.Authorization;

/// <summary>
/// Logs what strangers are refused for, in a space that they cannot make grow: of each minute and reason the first request, the tenth,
/// the hundredth and so on, with the number so far. Neither who sent them is logged nor what they sent: a key with a typing error is
/// nearly a key.
/// </summary>
internal sealed partial class RefusalLog(TimeProvider time, ILogger<RefusalLog> logger)
{
    private const int CountBits = 32;

    // Each counter holds the number of the period and the refusals in it.
    private readonly long[] counters = new long[Enum.GetValues<Refusal>().Length];

    public static TimeSpan Period { get; } = TimeSpan.FromMinutes(1);

    public void Report(Refusal what)
    {
        var count = Count(ref counters[(int)what], time.GetTimestamp() / (long)(Period.TotalSeconds * time.TimestampFrequency));
        if (IsPowerOfTen(count))
        {
            Log.Refused(logger, TextOf(what), count);
        }
    }

    private static string TextOf(Refusal what) => what switch
    {
        Refusal.ApiKey => "an API key that is not known",
        Refusal.ShopifySignature => "a delivery from shopify that could not be authenticated",
        Refusal.BrightpearlKey => "a delivery from brightpearl that could not be authenticated",
        _ => "a large body from a sender who had not proven yet who it is, because too many arrived at once",
    };

    private static long Count(ref long counter, long period)
    {
        while (true)
        {
            var seen = Volatile.Read(ref counter);
            var count = seen >> CountBits == period ? Math.Min((seen & uint.MaxValue) + 1, uint.MaxValue) : 1;
            if (Interlocked.CompareExchange(ref counter, (period << CountBits) | count, seen) == seen)
            {
                return count;
            }
        }
    }

    private static bool IsPowerOfTen(long count)
    {
        while (count % 10 == 0)
        {
            count /= 10;
        }

        return count == 1;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Rejected {What}; requests rejected for this reason within the minute so far: {Count}")]
        public static partial void Refused(ILogger logger, string what, long count);
    }
}
