namespace EventTracking.Core.Functions;

/// <summary>How a function is run.</summary>
public sealed class FunctionSettings
{
    /// <summary>Maximum time for one event. 30 s by default.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Events of a batch that are handled at once, 8 by default. Waiting for other systems' APIs is the largest cost of all.</summary>
    public int Concurrency { get; set; } = 8;

    /// <summary>Events taken from the queue at once, 10 by default.</summary>
    public int BatchSize { get; set; } = 10;
}
