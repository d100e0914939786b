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

    /// <summary>Returns the segments that were written on a UTC day, newest first; with more than <see cref="MostOfDay"/>, the oldest ones.</summary>
    Task<IReadOnlyList<SegmentInfo>> ListAsync(DateOnly day, CancellationToken cancellationToken);

    /// <summary>Opens a segment for reading from its start; null if it no longer exists.</summary>
    Task<Stream?> OpenAsync(string key, CancellationToken cancellationToken);
}

/// <summary>A segment.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Dollars">What it costs to read it, by list prices of us-east-1.</param>
internal readonly record struct SegmentInfo(string Key, long Bytes, double Dollars);

/// <summary>How fast segments are read, several at once.</summary>
internal readonly record struct ScanSpeed(double SegmentsPerSecond, double BytesPerSecond);
