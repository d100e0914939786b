namespace EventTracking.Testing.Simulation;

/// <summary>How a run ended.</summary>
/// <param name="Violation">What did not hold; null when all held.</param>
/// <param name="TraceHash">The same for the same run.</param>
/// <param name="Steps">What happened from outside.</param>
/// <param name="Faults">What went wrong.</param>
/// <param name="Happenings">How many things happened one after the other.</param>
/// <param name="Events">Events that came into being.</param>
/// <param name="Ends">Processes that ended.</param>
internal sealed record SimulationResult(
    InvariantViolation? Violation, string TraceHash, IReadOnlyList<SimulationStep> Steps, IReadOnlyList<InjectedFault> Faults, int Happenings, int Events, int Ends);
