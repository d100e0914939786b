using System.Text;
using EventTracking.Core.Payloads;

namespace EventTracking.Tests.Rules.Payloads;

/// <summary>Only whole segments are joined: what follows a damaged one in the same file could not be read by <c>zcat</c> or a search.</summary>
public sealed class SegmentCheckTests
{
    [Theory]
    [InlineData(SegmentCompression.Deflate)]
    [InlineData(SegmentCompression.Stored)]
    internal void What_the_product_writes_is_whole(SegmentCompression compression)
    {
        Assert.True(SegmentCheck.IsWhole(Segment(compression, "{}")));
        Assert.True(SegmentCheck.IsWhole(Segment(compression, "one\nline", new string('x', 300_000), "", "ü")));
    }

    [Fact]
    public void No_beginning_of_a_segment_is_whole_but_that_of_whole_members()
    {
        var first = Segment(SegmentCompression.Deflate, "first");
        var both = Segment(SegmentCompression.Deflate, "first", "second");

        for (var length = 0; length <= both.Length; length++)
        {
            Assert.Equal(length == first.Length || length == both.Length, SegmentCheck.IsWhole(both.AsMemory(0, length)));
        }
    }

    [Fact]
    public void Anything_behind_the_last_member_is_noticed()
    {
        var segment = Segment(SegmentCompression.Deflate, "first", "second");

        Assert.False(SegmentCheck.IsWhole((byte[])[.. segment, 0]));
        Assert.False(SegmentCheck.IsWhole((byte[])[.. segment, .. "text"u8]));
        Assert.False(SegmentCheck.IsWhole((byte[])[.. segment, .. new byte[64]]));
    }

    /// <summary>A gzip header has flags and a time that change nothing; any other bit does.</summary>
    [Fact]
    public void A_flipped_bit_of_the_data_or_its_checksum_is_noticed()
    {
        var segment = Segment(SegmentCompression.Deflate, "first", "second");
        for (var index = 10; index < Segment(SegmentCompression.Deflate, "first").Length; index++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var damaged = segment.ToArray();
                damaged[index] ^= (byte)(1 << bit);
                Assert.False(SegmentCheck.IsWhole(damaged) && !CanBeRead(damaged), $"byte {index}, bit {bit}");
            }
        }
    }

    /// <summary>Some bits of the last block only say how it ends: then the text is still as it was.</summary>
    private static bool CanBeRead(byte[] segment)
    {
        using var gzip = new System.IO.Compression.GZipStream(new MemoryStream(segment), System.IO.Compression.CompressionMode.Decompress);
        using var reader = new StreamReader(gzip);
        var text = reader.ReadToEnd();
        return text.Contains("\"body\":\"first\"", StringComparison.Ordinal) && text.Contains("\"body\":\"second\"", StringComparison.Ordinal);
    }

    private static byte[] Segment(SegmentCompression compression, params string[] bodies)
    {
        using var segment = new MemoryStream();
        foreach (var body in bodies)
        {
            using var member = SegmentWriter.Encode(
                new PayloadRecord("id", "source", "account", "topic", DateTimeOffset.UnixEpoch, new Dictionary<string, string>(), Encoding.UTF8.GetBytes(body)),
                compression);
            segment.Write(member.Bytes.Span);
        }

        return segment.ToArray();
    }
}
