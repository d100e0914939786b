namespace EventTracking.Stock.Connectors;

/// <summary>What differs between the connectors in how a call is protected.</summary>
/// <param name="Name">The first part of every error code, e.g. <c>shopify</c>.</param>
/// <param name="CallTimeout">Longest time for one call, its retries and waiting included.</param>
/// <param name="TryTimeout">Longest time for one try.</param>
internal sealed record ConnectorSettings(string Name, TimeSpan CallTimeout, TimeSpan TryTimeout)
{
    public const int Retries = 3;

    /// <summary>Calls a minute that this process allows itself; null leaves it to the other side.</summary>
    public int? RequestsPerMinute { get; init; }

    /// <summary>Whether 404 means "there is none" and goes to the client instead of being an error.</summary>
    public bool NotFoundIsAnResponse { get; init; }

    /// <summary>Whether an answer with this body is a throttle, and for how long; null where it is not.</summary>
    public required Func<HttpResponseMessage, ReadOnlyMemory<byte>, Throttle?> FindThrottle { get; init; }

    /// <summary>Half a second at the default time-out: all three retries fit into the call several times over.</summary>
    public TimeSpan FirstBackoff => CallTimeout / 40;

    /// <summary>An opened circuit stays so for as long as one call may last, since that is how long callers would wait for nothing.</summary>
    public TimeSpan BreakDuration => CallTimeout < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : CallTimeout;
}

/// <summary>The other side asks to be called less.</summary>
/// <param name="RetryAfter">When it may be called again, if it said so.</param>
internal readonly record struct Throttle(TimeSpan? RetryAfter);
