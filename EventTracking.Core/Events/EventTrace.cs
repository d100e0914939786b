using System.Diagnostics;

namespace EventTracking.Core.Events;

/// <summary>The trace that an event carries, for queues that keep no more of it than its id.</summary>
internal static class EventTrace
{
    private const int TraceIdLength = 32;
    private const int SpanIdLength = 16;

    /// <summary>
    /// The default where the event has none. The span that sent it is not known; a stand-in that follows from the trace
    /// keeps what comes after it together.
    /// </summary>
    public static ActivityContext Of(EventMetadata metadata) =>
        metadata.TraceId is { Length: TraceIdLength } trace
        && ActivityContext.TryParse($"00-{trace}-{trace[^SpanIdLength..]}-01", null, isRemote: true, out var context) ? context : default;
}
