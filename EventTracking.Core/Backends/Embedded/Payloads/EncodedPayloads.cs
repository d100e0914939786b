using EventTracking.Core.Payloads;

namespace EventTracking.Core.Backends.Embedded.Payloads;

/// <summary>
/// Payloads as they will lie in the segment. They are encoded on the caller's thread and not on the writer's, of which there
/// is only one, and kept until the write has ended, however often it ran.
/// </summary>
internal sealed class EncodedPayloads : IDisposable
{
    private readonly List<SegmentMember?> members = [];

    /// <summary>One for each payload, in their order; none where there is no payload.</summary>
    public EncodedPayloads(IEnumerable<PayloadRecord?> payloads)
    {
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
