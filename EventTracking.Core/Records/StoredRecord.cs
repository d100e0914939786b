namespace EventTracking.Core.Records;

/// <summary>A record as it was read or written: a detached snapshot.</summary>
/// <typeparam name="T">What the record holds.</typeparam>
/// <param name="Id">Its id within its collection.</param>
/// <param name="Value">What it holds.</param>
/// <param name="Version">Names this very write; the next write or deletion is conditional on it.</param>
public sealed record StoredRecord<T>(long Id, T Value, string Version);
