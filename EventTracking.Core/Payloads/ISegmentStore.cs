using EventTracking.Core.Resilience;

namespace EventTracking.Core.Payloads;

/// <summary>
/// The segments of the archive as a whole, for a search through payloads. The methods throw <see cref="StoreUnavailableException"/>
/// if the store does not respond.
/// </summary>
internal interface ISegmentStore
{
    /// <summary>The most segments of a day that are listed.</summary>
    const int MostOfDay = 100_000;

    /// <summary>How fast segments are read here, for forecasts.</summary>
    ScanSpeed Speed { get; }

    /// <summary>
    /// Returns the segments that were written on a UTC day, newest first; with more than <see cref="MostOfDay"/>, the oldest ones.
    /// Segments that were joined are listed as pieces of several segments each, under the key of the oldest one.
    /// </summary>
    Task<SegmentList> ListAsync(DateOnly day, CancellationToken cancellationToken);

    /// <summary>Opens a segment or piece for reading from its start; null if it no longer exists.</summary>
    Task<Stream?> OpenAsync(SegmentInfo segment, CancellationToken cancellationToken);
}

/// <summary>The segments of a day.</summary>
/// <param name="Segments">The segments.</param>
/// <param name="Dollars">What it costs to list them, by list prices of us-east-1; 0 if there are none.</param>
internal sealed record SegmentList(IReadOnlyList<SegmentInfo> Segments, double Dollars);

/// <summary>A segment, or a piece of segments that were joined.</summary>
/// <param name="Key">Its key; that of the first segment of a piece.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Dollars">What it costs to read it, by list prices of us-east-1.</param>
internal readonly record struct SegmentInfo(string Key, long Bytes, double Dollars)
{
    /// <summary>The object that a piece lies in; null for a segment.</summary>
    public string? Within { get; init; }

    /// <summary>Where in that object the piece begins.</summary>
    public long Offset { get; init; }
}

/// <summary>How fast segments are read, several at once.</summary>
internal readonly record struct ScanSpeed(double SegmentsPerSecond, double BytesPerSecond);
