using EventTracking.Core.Resilience;
using EventTracking.Testing.Files;
using Microsoft.Extensions.Time.Testing;

namespace EventTracking.Testing;

/// <summary>What a <see cref="FunctionHarness"/> starts with.</summary>
public sealed class FunctionHarnessOptions
{
    /// <summary>The initial time of the clock; 2026-11-23 10:00 UTC by default.</summary>
    public DateTimeOffset Start { get; init; } = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);

    /// <summary>Decides the engine's randomness, such as the jitter of backoffs.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Settings of the engine and of the integration under test by their path, e.g. <c>EventTracking:MaxAttempts</c>.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; init; } = new Dictionary<string, string?>();

    internal FakeTimeProvider? Time { get; init; }

    /// <summary>The folder of an earlier harness, as after a restart; the harness does not delete it. Null for a new folder.</summary>
    internal TemporaryFolder? Folder { get; init; }

    internal RandomSource? Random { get; init; }
}
