namespace EventTracking.Core.Events;

/// <summary>A step that a function recorded, and when.</summary>
/// <param name="ElapsedMilliseconds">The time since the start of the attempt, in milliseconds.</param>
/// <param name="Name">What the function did, e.g. <c>availability fetched</c>.</param>
public readonly record struct Step(int ElapsedMilliseconds, string Name);
