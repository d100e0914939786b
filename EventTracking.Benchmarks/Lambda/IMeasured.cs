namespace EventTracking.Benchmarks.Lambda;

/// <summary>A process that has given its first answer.</summary>
internal interface IMeasured : IAsyncDisposable
{
    /// <summary>From nothing to the first answer.</summary>
    Sample Start { get; }
}

/// <summary>What something took, and megabytes of memory that were resident afterwards.</summary>
internal sealed record Sample(TimeSpan Time, TimeSpan ProcessorTime, double Memory);
