namespace EventTracking.Core.Processing;

/// <summary>What a host does with a work item after its batch: remove it, or make it visible again after a delay.</summary>
internal readonly record struct Disposition
{
    private Disposition(TimeSpan? delay) => Delay = delay;

    public static Disposition Acknowledge { get; } = new(null);

    /// <summary>Null: remove it.</summary>
    public TimeSpan? Delay { get; }

    public static Disposition Defer(TimeSpan delay) => new(delay);
}
