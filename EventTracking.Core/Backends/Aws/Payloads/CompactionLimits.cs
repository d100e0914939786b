namespace EventTracking.Core.Backends.Aws.Payloads;

/// <summary>What bounds a step of compaction: its memory to some 40 MB, and its work to what ends within a few minutes of a small Lambda function.</summary>
internal sealed record CompactionLimits
{
    private const int Megabyte = 1024 * 1024;

    /// <summary>The largest object. What a day has is divided evenly, so that its objects have at least half of this.</summary>
    public long ObjectBytes { get; init; } = 128 * Megabyte;

    /// <summary>The most segments in an object; each is a GET.</summary>
    public int SegmentsInObject { get; init; } = 10_000;

    /// <summary>Longer segments stay as they are: S3 archives them by themselves.</summary>
    public int SegmentBytes { get; init; } = 8 * Megabyte;

    /// <summary>Segments read at once; no others are in memory.</summary>
    public int SegmentsAtOnce { get; init; } = 16;

    /// <summary>The length of all of these together.</summary>
    public int BytesAtOnce { get; init; } = 8 * Megabyte;

    /// <summary>The length of a part of an upload. S3 takes no shorter ones than 5 MB, except for the last.</summary>
    public int PartBytes { get; init; } = 8 * Megabyte;
}
