namespace EventTracking.Stock.Connectors;

/// <summary>The called system did not do what a call asked for.</summary>
/// <param name="Code">The last part of the error code, e.g. <c>http-402</c>.</param>
/// <param name="Transient">Whether another attempt may help.</param>
internal sealed record Refusal(string Code, bool Transient)
{
    /// <summary>How long to wait for what somebody has to put right: pay a bill, unlock a shop, grant a right. The six attempts of an event then take hours.</summary>
    public static readonly TimeSpan PatienceWithPeople = TimeSpan.FromHours(1);

    /// <summary>How long to wait if the called system does not say; null for the usual backoff.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether this may be an outage, which opens the circuit. A system that refuses for another reason is up.</summary>
    public bool IsOutage { get; init; }

    /// <summary>What an operator should know about it; null if the called system's words are enough.</summary>
    public string? Meaning { get; init; }

    public static Refusal Permanent(string code) => new(code, Transient: false);

    /// <summary>Time alone may help.</summary>
    public static Refusal Temporary(string code) => new(code, Transient: true);

    /// <summary>Somebody has to put something right, and the event goes on by itself afterwards.</summary>
    public static Refusal UntilPutRight(string code, string? meaning = null) => new(code, Transient: true) { RetryAfter = PatienceWithPeople, Meaning = meaning };
}
