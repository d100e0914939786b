using System.IO.Compression;
using System.Text;
using System.Text.Json;
using CsCheck;
using EventTracking.Core.Payloads;
using EventTracking.Tests.Backends;

namespace EventTracking.Tests.Payloads;

public sealed class SegmentFormatTests
{
    private static readonly Gen<byte[]> AnyBytes = Gen.OneOf(
        Gen.Byte.Array[0, 300],
        // Mostly text, including everything that a JSON string must escape.
        Gen.Char.Array[0, 300].Select(Encoding.UTF8.GetBytes),
        Gen.Int[0, 6].Select(index => "\"\\a\n\0\u001f\u007f"u8[index]).Array[0, 100],
        // Around the maximum length of a stored block, and several blocks.
        Gen.Int[65_000, 66_000].Select(length => Enumerable.Repeat((byte)'x', length).ToArray()),
        Gen.Int[130_000, 140_000].Select(length => Enumerable.Range(0, length).Select(index => (byte)index).ToArray()));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Any_body_returns_byte_for_byte(int compression) =>
        AnyBytes.Sample(body =>
        {
            using var member = SegmentWriter.Encode(Sample.Payload("event", body), (SegmentCompression)compression);
            var read = Assert.IsType<PayloadRead.Available>(SegmentReader.Read(member.Bytes, member.At("segment", 0)));
            Assert.Equal(body, read.Payload.Body.ToArray());
        });

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Members_in_a_row_are_one_gzip_file_of_lines(int compression) =>
        AnyBytes.List[1, 6].Sample(
            bodies =>
            {
                using var segment = new MemoryStream();
                foreach (var body in bodies)
                {
                    using var member = SegmentWriter.Encode(Sample.Payload("event", body), (SegmentCompression)compression);
                    segment.Write(member.Bytes.Span);
                }

                segment.Position = 0;
                using var whole = new MemoryStream();
                using (var gzip = new GZipStream(segment, CompressionMode.Decompress))
                {
                    gzip.CopyTo(whole);
                }

                var lines = Encoding.UTF8.GetString(whole.ToArray()).Split('\n');
                Assert.Equal("", lines[^1]);
                Assert.Equal(bodies, lines[..^1].Select(ReadBody));
            },
            iter: 50);

    [Fact]
    public void A_line_is_readable_without_this_product()
    {
        using var member = SegmentWriter.Encode(Sample.Payload("01K", "{\"a\":\"é\"}"u8.ToArray()), SegmentCompression.Stored);
        using var gzip = new GZipStream(new MemoryStream(member.Bytes.ToArray()), CompressionMode.Decompress);
        using var reader = new StreamReader(gzip);

        Assert.Equal(
            """{"event_id":"01K","source":"shopify","account":"sample.myshopify.com","topic":"inventory_levels/update","received_at":"2026-11-23T10:00:00.123+00:00","headers":{"content-type":"application/json","x-note":"\u0022quoted\u0022 \\ \u00FC"},"body":"{\"a\":\"é\"}"}""" + "\n",
            reader.ReadToEnd());
    }

    [Fact]
    public void Any_flipped_bit_of_the_data_is_noticed() =>
        Gen.Select(Gen.Byte.Array[0, 100], Gen.Int[0, 10_000]).Sample((body, position) =>
        {
            using var member = SegmentWriter.Encode(Sample.Payload("event", body), SegmentCompression.Stored);
            var damaged = member.Bytes.ToArray();
            damaged[position % damaged.Length] ^= 1;
            // The bytes for operating system, compression level and time carry no data, nor does the bit after them, which says that no block follows.
            var read = SegmentReader.Read(damaged, member.At("segment", 0));
            Assert.True(read is PayloadRead.Corrupt || (position % damaged.Length <= GzipMember.HeaderBytes && read is PayloadRead.Available(var payload) && payload.Body.Span.SequenceEqual(body)));
        });

    [Fact]
    public void Whole_members_are_told_from_a_torn_one() =>
        Gen.Select(Gen.Byte.Array[0, 200], Gen.Int[1, 400]).Sample((body, cut) =>
        {
            using var member = SegmentWriter.Encode(Sample.Payload("event", body), SegmentCompression.Stored);
            var bytes = member.Bytes.ToArray();
            byte[] segment = [.. bytes, .. bytes, .. bytes[..^Math.Min(cut, bytes.Length)]];
            Assert.Equal(bytes.Length * 2, SegmentReader.MeasureWhole(segment));
        });

    [Fact]
    public void Checksums_are_those_of_gzip() =>
        Gen.Byte.Array[0, 1_000].Sample(data =>
        {
            using var stream = new MemoryStream();
            using (var gzip = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true))
            {
                gzip.Write(data);
            }

            Assert.True(data.Length == 0 || GzipMember.HasTrailerOf(stream.ToArray(), data));
        });

    private static byte[] ReadBody(string line)
    {
        using var document = JsonDocument.Parse(line);
        return document.RootElement.TryGetProperty("body", out var text)
            ? Encoding.UTF8.GetBytes(text.GetString() ?? "")
            : document.RootElement.GetProperty("body_base64").GetBytesFromBase64();
    }
}
