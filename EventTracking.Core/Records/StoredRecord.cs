namespace EventTracking.Core.Records;

/// <summary>A detached snapshot of a record as it was read or written.</summary>
/// <typeparam name="T">The type of the record's value.</typeparam>
/// <param name="Id">The record's id within its collection.</param>
/// <param name="Value">The record's value.</param>
/// <param name="Version">A unique name of this write. The next write or deletion is conditional on it.</param>
public sealed record StoredRecord<T>(long Id, T Value, string Version)
{
    /// <summary>The record as it is stored, which may have members that this version does not know.</summary>
    internal ReadOnlyMemory<byte> Json { get; init; }

    /// <summary>Snapshots of the same write are equal.</summary>
    public bool Equals(StoredRecord<T>? other) => other is not null && Id == other.Id && Version == other.Version && EqualityComparer<T>.Default.Equals(Value, other.Value);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Id, Value, Version);
}
