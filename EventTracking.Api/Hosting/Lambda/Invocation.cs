namespace EventTracking.Api.Hosting.Lambda;

/// <summary>One event, and what Lambda tells about it.</summary>
internal sealed record Invocation(string RequestId, DateTimeOffset? Deadline, string? TraceHeader, string? FunctionArn, ReadOnlyMemory<byte> Event)
{
    private const int RootLength = 35;
    private const int SpanLength = 16;

    // Lambda always tells; a stand-in for it may not.
    private static readonly TimeSpan LongestInvocation = TimeSpan.FromMinutes(15);

    /// <summary>The invocation as a parent in W3C's notation; null where Lambda named none.</summary>
    public string? TraceParent
    {
        get
        {
            var (root, parent, sampled) = ("", "", "00");
            foreach (var part in TraceHeader?.Split(';', StringSplitOptions.TrimEntries) ?? [])
            {
                switch (part.Split('=', 2, StringSplitOptions.TrimEntries))
                {
                    case ["Root", var value]:
                        root = value;
                        break;
                    case ["Parent", var value]:
                        parent = value;
                        break;
                    case ["Sampled", "1"]:
                        sampled = "01";
                        break;
                }
            }

            return root.Length == RootLength && parent.Length == SpanLength ? $"00-{root[2..10]}{root[11..]}-{parent}-{sampled}" : null;
        }
    }

    /// <summary>What is left of its time but for the margin.</summary>
    public TimeSpan Left(TimeProvider time, TimeSpan margin)
    {
        var left = (Deadline is { } deadline ? deadline - time.GetUtcNow() : LongestInvocation) - margin;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
