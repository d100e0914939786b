namespace EventTracking.Testing.Simulation;

/// <summary>How a run ended.</summary>
/// <param name="Violation">The invariant that did not hold; null if all held.</param>
/// <param name="TraceHash">The hash of the trace; equal runs have equal hashes.</param>
/// <param name="Steps">The outside steps that happened.</param>
/// <param name="Faults">The faults that struck.</param>
/// <param name="Happenings">The number of things that happened, one at a time.</param>
/// <param name="Events">The number of events that arrived.</param>
/// <param name="Ends">The number of processes that ended.</param>
internal sealed record SimulationResult(
    InvariantViolation? Violation, string TraceHash, IReadOnlyList<SimulationStep> Steps, IReadOnlyList<InjectedFault> Faults, int Happenings, int Events, int Ends);
