using System.IO.Compression;
using System.Text.Json;

namespace EventTracking.Core.Replay;

/// <summary>A plan as it is stored: a line of JSON for each event, compressed, so that <c>zcat</c> shows it.</summary>
internal static class PlanFormat
{
    public static ReadOnlyMemory<byte> Write(IReadOnlyList<PlanEntry> entries)
    {
        using var written = new MemoryStream();
        using (var compressed = new GZipStream(written, CompressionLevel.Fastest, leaveOpen: true))
        {
            foreach (var entry in entries)
            {
                JsonSerializer.Serialize(compressed, entry, ReplayJson.Default.PlanEntry);
                compressed.WriteByte((byte)'\n');
            }
        }

        return written.ToArray();
    }

    public static IReadOnlyList<PlanEntry> Read(ReadOnlyMemory<byte> plan)
    {
        using var compressed = new GZipStream(new MemoryStream(plan.ToArray()), CompressionMode.Decompress);
        using var lines = new StreamReader(compressed);
        var entries = new List<PlanEntry>();
        while (lines.ReadLine() is { } line)
        {
            entries.Add(JsonSerializer.Deserialize(line, ReplayJson.Default.PlanEntry) ?? throw new JsonException("A line of a plan is null."));
        }

        return entries;
    }
}
