namespace EventTracking.Testing.Simulation;

/// <summary>Which steps and faults of a seed happen; null for all.</summary>
internal sealed record Selection(IReadOnlySet<int>? Steps, IReadOnlySet<string>? Faults);
