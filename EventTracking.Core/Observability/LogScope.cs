namespace EventTracking.Core.Observability;

/// <summary>
/// The event that all log lines within the scope belong to. It is the only scope that our log format writes: the scopes of the
/// web server contain the request path, which may end in a webhook's secret key.
/// </summary>
internal sealed record LogScope(string EventId);
