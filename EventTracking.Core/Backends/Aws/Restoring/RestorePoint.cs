namespace EventTracking.Core.Backends.Aws.Restoring;

/// <summary>What a table is restored to.</summary>
internal abstract record RestorePoint
{
    /// <summary>A second at which the table existed.</summary>
    public sealed record At(DateTimeOffset Second) : RestorePoint;

    /// <summary>The moment before the table was deleted.</summary>
    public sealed record Deletion : RestorePoint;
}
