namespace EventTracking.Testing.Simulation;

/// <summary>The steps and faults of a seed that happen; null for all.</summary>
internal sealed record Selection(IReadOnlySet<int>? Steps, IReadOnlySet<string>? Faults);
