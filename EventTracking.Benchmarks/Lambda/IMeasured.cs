namespace EventTracking.Benchmarks.Lambda;

/// <summary>A process that has given its first response.</summary>
internal interface IMeasured : IAsyncDisposable
{
    /// <summary>From the start of the process to its first response.</summary>
    Sample Start { get; }
}

/// <summary>Time and processor time taken, and the resident memory in megabytes afterwards.</summary>
internal sealed record Sample(TimeSpan Time, TimeSpan ProcessorTime, double Memory);
