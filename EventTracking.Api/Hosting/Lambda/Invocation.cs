using System.Diagnostics;

namespace EventTracking.Api.Hosting.Lambda;

/// <summary>One event, and what Lambda tells about it.</summary>
internal sealed record Invocation(string RequestId, DateTimeOffset? Deadline, string? TraceHeader, string? FunctionArn, ReadOnlyMemory<byte> Event)
{
    // Lambda always tells; a stand-in for it may not.
    private static readonly TimeSpan LongestInvocation = TimeSpan.FromMinutes(15);

    /// <summary>The invocation as a parent; the default where Lambda named none.</summary>
    public ActivityContext Parent { get; } = Core.Observability.TraceHeader.Read(TraceHeader);

    /// <summary>What is left of its time but for the margin.</summary>
    public TimeSpan Left(TimeProvider time, TimeSpan margin)
    {
        var left = (Deadline is { } deadline ? deadline - time.GetUtcNow() : LongestInvocation) - margin;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
