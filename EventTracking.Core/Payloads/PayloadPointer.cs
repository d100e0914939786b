namespace EventTracking.Core.Payloads;

/// <summary>Where one payload lies: a byte range of a segment.</summary>
/// <param name="Segment">The segment's key, e.g. <c>payloads/2026/11/23/01J….jsonl.gz</c>.</param>
/// <param name="Offset">First byte of the payload's gzip member.</param>
/// <param name="Length">Bytes of the member.</param>
/// <param name="Sha256">SHA-256 of the raw body, 64 lower-case hex digits.</param>
internal sealed record PayloadPointer(string Segment, long Offset, int Length, string Sha256);
