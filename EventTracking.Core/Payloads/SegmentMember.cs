namespace EventTracking.Core.Payloads;

/// <summary>One payload, encoded: a whole gzip member. Disposing gives its memory back.</summary>
internal sealed class SegmentMember(PooledBuffer buffer, string sha256) : IDisposable
{
    public ReadOnlyMemory<byte> Bytes => buffer.Memory;

    /// <summary>SHA-256 of the raw body, as <see cref="PayloadPointer.Sha256"/>.</summary>
    public string Sha256 { get; } = sha256;

    public PayloadPointer At(string segment, long offset) => new(segment, offset, buffer.Length, Sha256);

    public void Dispose() => buffer.Dispose();
}
