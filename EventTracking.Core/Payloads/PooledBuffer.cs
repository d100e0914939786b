using System.Buffers;

namespace EventTracking.Core.Payloads;

/// <summary>A growing buffer in rented memory. Every webhook's payload passes through one, so buffers are reused instead of garbage-collected.</summary>
internal sealed class PooledBuffer(int capacity) : IBufferWriter<byte>, IDisposable
{
    private byte[]? rented = ArrayPool<byte>.Shared.Rent(capacity);

    public int Length { get; private set; }

    public Span<byte> Written => Rented.AsSpan(0, Length);

    public ReadOnlyMemory<byte> Memory => Rented.AsMemory(0, Length);

    private byte[] Rented => rented ?? throw new ObjectDisposedException(nameof(PooledBuffer));

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Rented.Length - Length);
        Length += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return Rented.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return Rented.AsSpan(Length);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref rented, null) is { } array)
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }

    private void Reserve(int sizeHint)
    {
        var current = Rented;
        var needed = Math.Max(sizeHint, 1);
        if (current.Length - Length >= needed)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Array.MaxLength, Math.Max((long)current.Length * 2, (long)Length + needed)));
        current.AsSpan(0, Length).CopyTo(larger);
        rented = larger;
        ArrayPool<byte>.Shared.Return(current);
    }
}
