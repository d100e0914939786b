using EventTracking.Core.Payloads;

namespace EventTracking.Core.Backends.Embedded.Payloads;

/// <summary>
/// Payloads in the form in which the segment stores them. They are encoded on the caller's thread, because there is only
/// one writer, and kept until the write has ended, however often it ran.
/// </summary>
internal sealed class EncodedPayloads : IDisposable
{
    private readonly List<SegmentMember?> members;

    /// <summary>Encodes each payload, in order; the entry is null where there is no payload.</summary>
    public EncodedPayloads(IEnumerable<PayloadRecord?> payloads)
    {
        members = new(payloads.TryGetNonEnumeratedCount(out var count) ? count : 0);
        try
        {
            foreach (var payload in payloads)
            {
                members.Add(payload is null ? null : SegmentWriter.Encode(payload, SegmentCompression.Stored));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public int Count => members.Count;

    public SegmentMember? this[int index] => members[index];

    public void Dispose()
    {
        foreach (var member in members)
        {
            member?.Dispose();
        }
    }
}
