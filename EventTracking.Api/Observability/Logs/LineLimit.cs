namespace EventTracking.Api.Observability.Logs;

/// <summary>
/// How many lines a category of the framework may write per minute. The web server and others log what strangers do, such as opening more
/// connections than it accepts, a line each; the product's own lines are about events, or bounded where they are written.
/// </summary>
internal sealed class LineLimit(TimeProvider time)
{
    public const int Lines = 20;

    private const int CountBits = 8;

    private static readonly string[] Framework = ["Microsoft.", "System."];

    // The number of the minute and the lines in it.
    private long counter;

    /// <summary>Returns the limit of a category; null if it has none. The lines about start and end of the process have none.</summary>
    public static LineLimit? For(string category, TimeProvider time) =>
        Array.Exists(Framework, prefix => category.StartsWith(prefix, StringComparison.Ordinal)) && !category.StartsWith("Microsoft.Hosting.", StringComparison.Ordinal) ? new LineLimit(time) : null;

    /// <summary>Counts a line and returns whether to write it, and whether it is the last one of the minute.</summary>
    public bool Allows(out bool isLast)
    {
        var minute = time.GetTimestamp() / (60 * time.TimestampFrequency);
        while (true)
        {
            var seen = Volatile.Read(ref counter);
            var count = seen >> CountBits == minute ? Math.Min((seen & byte.MaxValue) + 1, Lines + 1) : 1;
            if (Interlocked.CompareExchange(ref counter, (minute << CountBits) | count, seen) == seen)
            {
                isLast = count == Lines;
                return count <= Lines;
            }
        }
    }
}
