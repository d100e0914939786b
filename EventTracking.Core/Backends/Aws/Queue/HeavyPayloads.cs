using System.Text;
using EventTracking.Core.Payloads;
using EventTracking.Core.Queue;

namespace EventTracking.Core.Backends.Aws.Queue;

/// <summary>
/// The claim check pattern: payloads too large for a message are archived before it is sent, and their items carry the
/// pointer.
/// </summary>
internal sealed class HeavyPayloads(IPayloadArchive archive)
{
    /// <summary>
    /// Maximum size of a message that carries its payload. Lambda delivers a batch of ten in at most 6 MB, after escaping that
    /// doubles it at worst. By price alone, archiving first would pay off only from 450 KB (64 KB of a message are one request,
    /// both to send and to receive; a PUT costs as much as twelve).
    /// </summary>
    public const int MaxInlineBytes = 256 * 1024;

    /// <summary>Length of the longest escape of a byte. A body below this share of the limit always fits, whatever it contains.</summary>
    private const int MaxEscapeLength = 6;

    /// <summary>Archives the large payloads and returns the items as they are to be sent.</summary>
    public async Task<IReadOnlyList<OutgoingItem>> ArchiveAsync(IReadOnlyList<WorkItem> items, CancellationToken cancellationToken)
    {
        var outgoing = new OutgoingItem[items.Count];
        PayloadRecord?[]? heavy = null;
        for (var index = 0; index < outgoing.Length; index++)
        {
            outgoing[index] = new OutgoingItem(items[index], null);
            if (MayBeHeavy(items[index]) && !TryCompose(items[index], out outgoing[index]))
            {
                (heavy ??= new PayloadRecord?[items.Count])[index] = items[index].Payload;
            }
        }

        if (heavy is not null)
        {
            var pointers = new PayloadPointer?[items.Count];
            await archive.ArchiveMissingAsync(pointers, heavy, cancellationToken);
            for (var index = 0; index < outgoing.Length; index++)
            {
                if (pointers[index] is { } pointer)
                {
                    outgoing[index] = new OutgoingItem(items[index] with { Payload = null, Pointer = pointer }, null);
                }
            }
        }

        return outgoing;
    }

    private static bool MayBeHeavy(WorkItem item) => item is { Pointer: null, Payload.Body.Length: > MaxInlineBytes / MaxEscapeLength };

    /// <summary>Returns false if the item's message would be too large.</summary>
    private static bool TryCompose(WorkItem item, out OutgoingItem outgoing)
    {
        outgoing = item.Payload?.Body.Length > MaxInlineBytes ? default : new OutgoingItem(item, QueueMessage.Write(item));
        return outgoing.Text is { } text && Encoding.UTF8.GetByteCount(text) <= MaxInlineBytes;
    }
}
