using System.Diagnostics;

namespace EventTracking.Core.Events;

/// <summary>The trace context of an event, for queues that keep only the trace id.</summary>
internal static class EventTrace
{
    private const int TraceIdLength = 32;
    private const int SpanIdLength = 16;

    /// <summary>
    /// Returns the default if the event has no trace id. The span that sent the event is not known; a stand-in derived from the
    /// trace id keeps the spans that follow together.
    /// </summary>
    public static ActivityContext Of(EventMetadata metadata) =>
        metadata.TraceId is { Length: TraceIdLength } trace
        && ActivityContext.TryParse($"00-{trace}-{trace[^SpanIdLength..]}-01", null, isRemote: true, out var context) ? context : default;
}
