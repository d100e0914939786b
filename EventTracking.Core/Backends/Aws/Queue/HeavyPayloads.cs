using System.Text;
using EventTracking.Core.Payloads;
using EventTracking.Core.Queue;

namespace EventTracking.Core.Backends.Aws.Queue;

/// <summary>The claim check: payloads too large for a message are archived before it is sent, and their items carry the pointer.</summary>
internal sealed class HeavyPayloads(IPayloadArchive archive)
{
    /// <summary>
    /// The largest message that carries its payload. Lambda hands out a batch of ten in at most 6 MB, escaped once more, which
    /// doubles it at worst. By price alone (64 KB of a message are a request, to send and to receive; a PUT is twelve)
    /// archiving first would pay from 450 KB on.
    /// </summary>
    public const int LongestInline = 256 * 1024;

    /// <summary>The longest escape of a byte: a body below this share of the limit is inside of it whatever it consists of.</summary>
    private const int LongestEscape = 6;

    /// <summary>The items as they are to be sent.</summary>
    public async Task<IReadOnlyList<WorkItem>> ArchiveAsync(IReadOnlyList<WorkItem> items, CancellationToken cancellationToken)
    {
        var heavy = Enumerable.Range(0, items.Count).Where(index => IsHeavy(items[index])).ToList();
        if (heavy.Count == 0)
        {
            return items;
        }

        var pointers = await archive.AppendAsync([.. heavy.Select(index => items[index].Payload!)], cancellationToken);
        WorkItem[] light = [.. items];
        foreach (var (index, pointer) in heavy.Zip(pointers))
        {
            light[index] = items[index] with { Payload = null, Pointer = pointer };
        }

        return light;
    }

    private static bool IsHeavy(WorkItem item) =>
        item is { Pointer: null, Payload.Body.Length: > LongestInline / LongestEscape }
        && (item.Payload.Body.Length > LongestInline || Encoding.UTF8.GetByteCount(QueueMessage.Write(item)) > LongestInline);
}
