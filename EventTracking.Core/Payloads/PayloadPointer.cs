namespace EventTracking.Core.Payloads;

/// <summary>The location of an archived payload: a byte range of a segment.</summary>
/// <param name="Segment">The segment's key, e.g. <c>payloads/2026/11/23/01J….jsonl.gz</c>.</param>
/// <param name="Offset">The offset of the payload's gzip member in the segment, in bytes.</param>
/// <param name="Length">The length of the member in bytes.</param>
/// <param name="Sha256">The SHA-256 of the raw body, as 64 lower-case hex digits.</param>
internal sealed record PayloadPointer(string Segment, long Offset, int Length, string Sha256)
{
    /// <summary>
    /// The first half of the SHA-256 of everything that is stored in front of the body: the event's id, source, account and topic, when it
    /// arrived, and its headers. 32 lower-case hex digits; null for payloads of earlier versions, of which only the body is verified.
    /// </summary>
    public string? HeadHash { get; init; }
}
