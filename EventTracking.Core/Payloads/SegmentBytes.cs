namespace EventTracking.Core.Payloads;

/// <summary>The bytes of a segment up to a length. They are read once, from the start, and it remembers how they end.</summary>
internal sealed class SegmentBytes(Stream segment, long length) : Stream
{
    private readonly byte[] last = new byte[GzipMember.TrailerBytes];
    private long left = length;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Whether all bytes have been read, and the last member was that of this data. A decompressor does not say so: it ends in silence where a member is cut off or does not begin as it should.</summary>
    public bool EndsWithMemberOf(uint checksum, uint dataLength) => left == 0 && GzipMember.IsTrailer(last, checksum, dataLength);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (left == 0)
        {
            return 0;
        }

        var read = await segment.ReadAsync(buffer[..(int)Math.Min(buffer.Length, left)], cancellationToken);
        left -= read;
        Remember(buffer.Span[..read]);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    private void Remember(ReadOnlySpan<byte> bytes)
    {
        var newest = bytes[Math.Max(0, bytes.Length - last.Length)..];
        last.AsSpan(newest.Length).CopyTo(last);
        newest.CopyTo(last.AsSpan(last.Length - newest.Length));
    }
}
