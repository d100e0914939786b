using EventTracking.Core.Backends.Embedded.Storage;
using EventTracking.Core.Payloads;
using Microsoft.Win32.SafeHandles;

namespace EventTracking.Core.Backends.Embedded.Payloads;

/// <summary>Stores payloads in segment files below the data folder.</summary>
internal sealed class EmbeddedPayloadArchive(EmbeddedStore store) : IPayloadArchive
{
    public async Task<IReadOnlyList<PayloadPointer>> AppendAsync(IReadOnlyList<PayloadRecord> payloads, CancellationToken cancellationToken)
    {
        if (payloads.Count == 0)
        {
            return [];
        }

        using var members = new EncodedPayloads(payloads);
        return await store.WriteAsync<IReadOnlyList<PayloadPointer>>(scope => Append(scope.Segments, members), cancellationToken);
    }

    public Task<PayloadRead> ReadAsync(PayloadPointer pointer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(Read(pointer));
    }

    public Task<bool> ExistsAsync(PayloadPointer pointer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(Exists(pointer));
    }

    private static List<PayloadPointer> Append(SegmentFolder segments, EncodedPayloads members)
    {
        List<PayloadPointer> pointers = [];
        for (var index = 0; index < members.Count; index++)
        {
            var member = members[index] ?? throw new InvalidOperationException("Every payload is encoded.");
            pointers.Add(segments.Locate(member));
            segments.Add(member);
        }

        return pointers;
    }

    private PayloadRead Read(PayloadPointer pointer)
    {
        if (LeadsOut(pointer))
        {
            return new PayloadRead.Corrupt("The pointer refers to a file outside the archive.");
        }

        try
        {
            using var handle = Open(pointer);
            if (pointer.Offset < 0 || pointer.Length <= 0 || RandomAccess.GetLength(handle) - pointer.Offset < pointer.Length)
            {
                return new PayloadRead.Corrupt("The segment ends before the payload does.");
            }

            using var member = new PooledBuffer(pointer.Length);
            while (member.Length < pointer.Length)
            {
                var missing = pointer.Length - member.Length;
                var read = RandomAccess.Read(handle, member.GetSpan(missing)[..missing], pointer.Offset + member.Length);
                if (read == 0)
                {
                    return new PayloadRead.Corrupt("The segment ends before the payload does.");
                }

                member.Advance(read);
            }

            return SegmentReader.Read(member.Memory, pointer);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return new PayloadRead.Deleted();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw StoreErrors.Translate(exception);
        }
    }

    /// <summary>By opening the file: what keeps it from being opened is not taken for its absence.</summary>
    private bool Exists(PayloadPointer pointer)
    {
        try
        {
            using var handle = LeadsOut(pointer) ? null : Open(pointer);
            return true;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw StoreErrors.Translate(exception);
        }
    }

    private SafeFileHandle Open(PayloadPointer pointer) =>
        File.OpenHandle(Path.Combine(store.DataPath, pointer.Segment), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    private static bool LeadsOut(PayloadPointer pointer) =>
        Path.IsPathRooted(pointer.Segment) || pointer.Segment.Contains("..", StringComparison.Ordinal);
}
