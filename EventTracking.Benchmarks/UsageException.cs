namespace EventTracking.Benchmarks;

/// <summary>The benchmark cannot run with these options or on this machine.</summary>
internal sealed class UsageException(string message) : Exception(message);
