namespace EventTracking.Testing.Simulation;

/// <summary>One thing that happens from outside.</summary>
/// <param name="Number">Its number in the seed's plan, which stays the same when other steps are dropped.</param>
/// <param name="At">When.</param>
/// <param name="Kind">What.</param>
internal record SimulationStep(int Number, TimeSpan At, string Kind);
