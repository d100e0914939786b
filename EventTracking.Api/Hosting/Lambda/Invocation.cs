using System.Diagnostics;

namespace EventTracking.Api.Hosting.Lambda;

/// <summary>One event and what Lambda says about it.</summary>
internal sealed record Invocation(string RequestId, DateTimeOffset? Deadline, string? TraceHeader, string? FunctionArn, ReadOnlyMemory<byte> Event)
{
    // Lambda always sends it; a simulated Lambda may not.
    private static readonly TimeSpan MaxInvocationTime = TimeSpan.FromMinutes(15);

    /// <summary>The invocation as the parent of spans; the default if Lambda named none.</summary>
    public ActivityContext Parent { get; } = Core.Observability.TraceHeader.Read(TraceHeader);

    /// <summary>The time that the invocation has left, minus the margin. Whatever the clock shows, it has no more than Lambda allows.</summary>
    public TimeSpan Left(TimeProvider time, TimeSpan margin)
    {
        var left = Deadline is { } deadline && deadline - time.GetUtcNow() is var until && until < MaxInvocationTime ? until : MaxInvocationTime;
        return left > margin ? left - margin : TimeSpan.Zero;
    }
}
