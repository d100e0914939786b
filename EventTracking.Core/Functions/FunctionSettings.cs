namespace EventTracking.Core.Functions;

/// <summary>Settings with which a function runs.</summary>
public sealed class FunctionSettings
{
    /// <summary>No queue hides a message for longer, and no timer waits for more than 49 days.</summary>
    internal static readonly TimeSpan MaxTimeout = TimeSpan.FromHours(12);

    /// <summary>The maximum time for one event; 30 seconds by default, twelve hours at most.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How many events of a batch are handled at once; 8 by default. A function spends most of its time waiting for the APIs of other systems.</summary>
    public int Concurrency { get; set; } = 8;

    /// <summary>How many events are taken from the queue at once; 10 by default.</summary>
    public int BatchSize { get; set; } = 10;
}
