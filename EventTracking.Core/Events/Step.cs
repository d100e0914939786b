namespace EventTracking.Core.Events;

/// <summary>Something a function did, and when.</summary>
/// <param name="ElapsedMilliseconds">Since the start of the attempt.</param>
/// <param name="Name">What was done, e.g. <c>availability fetched</c>.</param>
internal readonly record struct Step(int ElapsedMilliseconds, string Name);
