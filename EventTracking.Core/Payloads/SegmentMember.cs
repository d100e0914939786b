namespace EventTracking.Core.Payloads;

/// <summary>One payload, encoded as a whole gzip member. Disposing of it returns its memory to the pool.</summary>
internal sealed class SegmentMember(PooledBuffer buffer, string sha256, string headHash) : IDisposable
{
    public ReadOnlyMemory<byte> Bytes => buffer.Memory;

    /// <summary>The SHA-256 of the raw body, in the form of <see cref="PayloadPointer.Sha256"/>.</summary>
    public string Sha256 { get; } = sha256;

    public PayloadPointer At(string segment, long offset) => new(segment, offset, buffer.Length, Sha256) { HeadHash = headHash };

    public void Dispose() => buffer.Dispose();
}
