namespace EventTracking.Core.Observability;

/// <summary>
/// What all log lines within belong to. It is the one scope that the product's own log format writes: those of the web server
/// carry the path of the request, which for a Brightpearl webhook ends in its key.
/// </summary>
internal sealed record LogScope(string EventId);
