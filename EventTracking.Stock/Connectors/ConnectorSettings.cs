namespace EventTracking.Stock.Connectors;

/// <summary>The settings of a connector's resilience pipeline.</summary>
/// <param name="Name">The name of the connector and the first part of its error codes, e.g. <c>shopify</c>.</param>
/// <param name="CallTimeout">The maximum time for one call, including retries and waiting.</param>
/// <param name="TryTimeout">The maximum time for one try.</param>
internal sealed record ConnectorSettings(string Name, TimeSpan CallTimeout, TimeSpan TryTimeout)
{
    public const int Retries = 3;

    /// <summary>The longest throttle that a call waits for, if it has that much time; null if only its time limits it. A longer one postpones the event.</summary>
    public TimeSpan? LongestThrottle { get; init; }

    /// <summary>Returns whether a response with this body means that the call was throttled, and for how long; null if it was not.</summary>
    public required Func<HttpResponseMessage, RemoteBody, Throttle?> FindThrottle { get; init; }

    /// <summary>Returns why a response with this body is not an answer that the client can read; null if it is one.</summary>
    public required Func<HttpResponseMessage, RemoteBody, Refusal?> FindRefusal { get; init; }

    /// <summary>The backoff before the first retry: half a second at the default time-out, so that all three retries easily fit into the call.</summary>
    public TimeSpan FirstBackoff => CallTimeout / 40;

    /// <summary>How long the circuit stays open: as long as one call may take, because callers would otherwise wait that long for nothing.</summary>
    public TimeSpan BreakDuration => CallTimeout < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : CallTimeout;
}

/// <summary>The called system throttled a call.</summary>
/// <param name="RetryAfter">How long to wait before the next call; null if the system did not say.</param>
internal readonly record struct Throttle(TimeSpan? RetryAfter);
