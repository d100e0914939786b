namespace EventTracking.Core.Processing;

/// <summary>What a host does with a work item after its batch: it acknowledges the item, or makes it visible again after a delay.</summary>
internal readonly record struct Disposition
{
    private Disposition(TimeSpan? delay) => Delay = delay;

    public static Disposition Acknowledge { get; } = new(null);

    /// <summary>The delay before the item becomes visible again; null to acknowledge it.</summary>
    public TimeSpan? Delay { get; }

    public static Disposition Defer(TimeSpan delay) => new(delay);
}
