using System.Buffers;
using System.IO.Compression;
using System.Text.Json;

namespace EventTracking.Core.Backends.Aws.Payloads;

/// <summary>
/// The index of a day as a file that <c>zcat</c> shows: lines of JSON, first the format, then each object, followed by its segments.
/// </summary>
internal static class CompactedDayFormat
{
    private const int Version = 1;

    /// <summary>No index is longer: a segment takes less than 100 bytes, and a day has 100,000.</summary>
    private const int LongestText = 64 * 1024 * 1024;

    public static byte[] Write(CompactedDay day)
    {
        using var file = new MemoryStream();
        using (var gzip = new GZipStream(file, CompressionLevel.Optimal))
        {
            var line = new ArrayBufferWriter<byte>();
            using var json = new Utf8JsonWriter(line);
            WriteLine(writer => writer.WriteNumber("format"u8, Version));
            foreach (var segments in day.Places.GroupBy(place => place.Value.Object).OrderBy(segments => segments.Key.Key, StringComparer.Ordinal))
            {
                WriteLine(writer =>
                {
                    writer.WriteString("object"u8, segments.Key.Key);
                    writer.WriteNumber("bytes"u8, segments.Key.Bytes);
                    writer.WriteString("etag"u8, segments.Key.ETag);
                });
                foreach (var (segment, place) in segments.OrderBy(segment => segment.Value.Offset))
                {
                    WriteLine(writer =>
                    {
                        writer.WriteString("segment"u8, segment.ToString());
                        writer.WriteNumber("offset"u8, place.Offset);
                        writer.WriteNumber("length"u8, place.Length);
                    });
                }
            }

            void WriteLine(Action<Utf8JsonWriter> write)
            {
                json.WriteStartObject();
                write(json);
                json.WriteEndObject();
                json.Flush();
                line.Write("\n"u8);
                gzip.Write(line.WrittenSpan);
                line.ResetWrittenCount();
                json.Reset();
            }
        }

        return file.ToArray();
    }

    /// <exception cref="InvalidDataException">The content is not an index, or a later version wrote it.</exception>
    public static CompactedDay Read(DateOnly day, byte[] file)
    {
        try
        {
            return new CompactedDay(day, ReadLines(Unpack(file)));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException or ArgumentException or OverflowException)
        {
            throw new InvalidDataException($"The index of {day:yyyy-MM-dd} cannot be decoded: {exception.Message}", exception);
        }
    }

    private static byte[] Unpack(byte[] file)
    {
        using var source = new MemoryStream(file, writable: false);
        using var gzip = new GZipStream(source, CompressionMode.Decompress);
        using var text = new MemoryStream();
        var buffer = new byte[64 * 1024];
        for (int read; (read = gzip.Read(buffer)) > 0;)
        {
            text.Write(buffer, 0, read);
            if (text.Length > LongestText)
            {
                throw new InvalidDataException($"The index is longer than {LongestText} bytes.");
            }
        }

        return text.ToArray();
    }

    private static Dictionary<Ulid, SegmentPlace> ReadLines(byte[] text)
    {
        var places = new Dictionary<Ulid, SegmentPlace>();
        var rest = text.AsSpan();
        CompactedObject? current = null;
        var isFirst = true;
        while (rest.Length > 0)
        {
            var end = rest.IndexOf((byte)'\n');
            var line = ReadLine(end < 0 ? throw new InvalidDataException("The index ends within a line.") : rest[..end]);
            rest = rest[(end + 1)..];
            if (isFirst && line.Format != Version)
            {
                throw new InvalidDataException($"The index has format {line.Format?.ToString() ?? "none"}, and this version reads {Version}. A later version wrote it: use that version.");
            }

            isFirst = false;
            if (line.Object is { } key)
            {
                current = new CompactedObject(key, line.Bytes, line.ETag ?? "");
            }
            else if (line.Segment is { } segment)
            {
                places.Add(Ulid.Parse(segment), new SegmentPlace(current ?? throw new InvalidDataException("A segment has no object."), line.Offset, line.Length));
            }
        }

        return isFirst ? throw new InvalidDataException("The index is empty.") : places;
    }

    private static IndexLine ReadLine(ReadOnlySpan<byte> text)
    {
        var line = new IndexLine();
        var json = new Utf8JsonReader(text);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString();
            json.Read();
            switch (name)
            {
                case "format": line.Format = json.GetInt32(); break;
                case "object": line.Object = json.GetString(); break;
                case "bytes": line.Bytes = json.GetInt64(); break;
                case "etag": line.ETag = json.GetString(); break;
                case "segment": line.Segment = json.GetString(); break;
                case "offset": line.Offset = json.GetInt64(); break;
                case "length": line.Length = json.GetInt32(); break;
                default: json.Skip(); break;
            }
        }

        return line;
    }

    private struct IndexLine
    {
        public int? Format;
        public string? Object;
        public long Bytes;
        public string? ETag;
        public string? Segment;
        public long Offset;
        public int Length;
    }
}
