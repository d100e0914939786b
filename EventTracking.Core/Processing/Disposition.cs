using EventTracking.Core.Queue;

namespace EventTracking.Core.Processing;

/// <summary>What a host does with a work item after its batch: it acknowledges the item, or makes it visible again after a delay.</summary>
internal readonly record struct Disposition
{
    private Disposition(TimeSpan? delay, bool waits = false) => (Delay, Waits) = (delay, waits);

    public static Disposition Acknowledge { get; } = new(null);

    /// <summary>The delay before the item becomes visible again; null to acknowledge it.</summary>
    public TimeSpan? Delay { get; }

    /// <summary>Whether the item only waits for its turn. See <see cref="Deferral.Waits"/>.</summary>
    public bool Waits { get; }

    public static Disposition Defer(TimeSpan delay) => new(delay);

    public static Disposition Wait(TimeSpan delay) => new(delay, waits: true);

    /// <summary>Null if the item is acknowledged.</summary>
    public Deferral? Of(ReceivedItem item) => Delay is { } delay ? new Deferral(item, delay) { Waits = Waits } : null;
}
