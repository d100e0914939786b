using EventTracking.Core.Events;

namespace EventTracking.Api.Events;

/// <summary>Where a payload is stored in the archive.</summary>
/// <param name="Href">The path at which this API serves the payload.</param>
/// <param name="Segment">The key of its segment.</param>
/// <param name="Offset">The offset of the first byte of its gzip member.</param>
/// <param name="Length">The length of the gzip member in bytes.</param>
/// <param name="Sha256">SHA-256 of the raw body.</param>
internal sealed record PayloadLocationResponse(string Href, string Segment, long Offset, int Length, string Sha256)
{
    public static PayloadLocationResponse? FromOrNull(EventRecord record) => record.Payload is { } pointer
        ? new($"/events/{record.Id}/payload", pointer.Segment, pointer.Offset, pointer.Length, pointer.Sha256)
        : null;
}
