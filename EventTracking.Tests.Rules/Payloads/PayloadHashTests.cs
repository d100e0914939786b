using System.IO.Compression;
using System.Text;
using EventTracking.Core.Payloads;
using EventTracking.Tests.Rules.Events;

namespace EventTracking.Tests.Rules.Payloads;

/// <summary>What is read is what was stored: the bytes of a member are compared by their checksum, the body by its SHA-256.</summary>
public sealed class PayloadHashTests
{
    // Computed apart from the product: sha256sum of the body.
    private const string Hash = "cc0d537ba20ccafef82963c5bb58c0cea99209e59ef5844ceaed10d7a30f5f5b";

    private static readonly PayloadRecord Payload = new(Given.Id.ToString(), "shopify", "acme", "topic", Given.Now, new Dictionary<string, string> { ["content-type"] = "application/json" }, """{"inventory_item_id":7}"""u8.ToArray());

    public static TheoryData<string> Compressions => [nameof(SegmentCompression.Stored), nameof(SegmentCompression.Deflate)];

    [Theory]
    [MemberData(nameof(Compressions))]
    public void A_payload_comes_back_byte_for_byte_under_its_hash(string compression)
    {
        using var member = Encode(compression);

        Assert.Equal(Hash, member.Sha256);
        var read = Assert.IsType<PayloadRead.Available>(SegmentReader.Read(member.Bytes, member.At("segment", 0))).Payload;
        Assert.True(read.Body.Span.SequenceEqual(Payload.Body.Span));
        Assert.Equal((Payload.EventId, Payload.Source, Payload.Account, Payload.Topic, Payload.ReceivedAt), (read.EventId, read.Source, read.Account, read.Topic, read.ReceivedAt));
        Assert.Equal(Payload.Headers, read.Headers);
    }

    [Theory]
    [MemberData(nameof(Compressions))]
    public void A_whole_member_of_another_payload_is_corrupt(string compression)
    {
        using var member = Encode(compression);

        var read = SegmentReader.Read(member.Bytes, member.At("segment", 0) with { Sha256 = new string('a', 64) });

        Assert.Contains("SHA-256", Assert.IsType<PayloadRead.Corrupt>(read).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Compressions))]
    public void What_is_stored_in_front_of_a_body_is_covered_too(string compression)
    {
        using var member = Encode(compression);
        var pointer = member.At("segment", 0);
        PayloadRecord[] forged =
        [
            Payload with { Headers = new Dictionary<string, string> { ["content-type"] = "text/html" } },
            Payload with { Headers = new Dictionary<string, string>() },
            Payload with { Headers = new Dictionary<string, string> { ["content-type"] = "application/json", ["x-shopify-topic"] = "a" } },
            Payload with { EventId = "another" },
            Payload with { Source = "another" },
            Payload with { Account = "another" },
            Payload with { Topic = "another" },
            Payload with { ReceivedAt = Given.Now.AddTicks(1) },
        ];

        Assert.All(forged, record =>
        {
            using var other = SegmentWriter.Encode(record, Enum.Parse<SegmentCompression>(compression));
            var read = SegmentReader.Read(other.Bytes, pointer with { Length = other.Bytes.Length });
            Assert.Contains("headers", Assert.IsType<PayloadRead.Corrupt>(read).Reason, StringComparison.Ordinal);

            // A pointer of an earlier version says nothing about it.
            Assert.IsType<PayloadRead.Available>(SegmentReader.Read(other.Bytes, pointer with { HeadHash = null }));
        });
    }

    // Computed apart from the product: the first 32 digits that sha256sum prints for the line up to the comma before its body.
    [Fact]
    public void The_hash_of_the_head_is_that_of_its_bytes()
    {
        using var member = Encode(nameof(SegmentCompression.Stored));

        Assert.Equal("81b95c7a05a7e2838893c03e653c1f69", member.At("segment", 0).HeadHash);
    }

    [Theory]
    [MemberData(nameof(Compressions))]
    public void A_member_with_a_flipped_bit_in_its_data_is_never_taken_for_the_payload(string compression)
    {
        using var member = Encode(compression);

        // From behind the header of ten bytes, which holds no data.
        for (var index = GzipMember.HeaderBytes; index < member.Bytes.Length; index++)
        {
            var damaged = member.Bytes.ToArray();
            damaged[index] ^= 1;
            Assert.IsType<PayloadRead.Corrupt>(SegmentReader.Read(damaged, member.At("segment", 0)));
        }
    }

    [Theory]
    [MemberData(nameof(Compressions))]
    public void A_member_that_ends_too_early_is_corrupt(string compression)
    {
        using var member = Encode(compression);

        for (var length = 0; length < member.Bytes.Length; length++)
        {
            Assert.IsType<PayloadRead.Corrupt>(SegmentReader.Read(member.Bytes[..length], member.At("segment", 0)));
        }
    }

    [Theory]
    [InlineData("\"quoted\" \\ and\nlines, ü and 形")]
    [InlineData("")]
    public void Text_comes_back_whatever_is_in_it(string text) => Assert.Equal(text, Encoding.UTF8.GetString(RoundTrip(Encoding.UTF8.GetBytes(text))));

    [Fact]
    public void Bytes_that_are_not_text_come_back() => Assert.Equal([0xff, 0x00, 0xfe], RoundTrip([0xff, 0x00, 0xfe]));

    [Fact]
    public void A_field_of_a_later_version_is_passed_over() => Assert.IsType<PayloadRead.Available>(ReadLine(Line[..^1] + ",\"later\":{\"a\":[1]}}"));

    [Fact]
    public void Nothing_that_comes_behind_the_body_is_taken_for_its_head()
    {
        var read = Assert.IsType<PayloadRead.Available>(ReadLine(Line[..^1] + ",\"headers\":{\"a\":\"b\"},\"topic\":\"x\"}")).Payload;

        Assert.Equal(("d", 0), (read.Topic, read.Headers.Count));
    }

    [Theory]
    [InlineData("event_id")]
    [InlineData("source")]
    [InlineData("account")]
    [InlineData("topic")]
    [InlineData("body")]
    public void A_line_without_a_field_is_corrupt(string field)
    {
        Assert.IsType<PayloadRead.Available>(ReadLine(Line));
        Assert.Contains("lacks a required field", Assert.IsType<PayloadRead.Corrupt>(ReadLine(Line.Replace($"\"{field}\"", "\"another\"", StringComparison.Ordinal))).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]", "not a JSON object")]
    [InlineData("", "cannot be decoded")]
    [InlineData("{\"event_id\":", "cannot be decoded")]
    [InlineData("{\"event_id\":7}", "cannot be decoded")]
    public void A_line_of_another_shape_is_corrupt(string line, string reason) =>
        Assert.Contains(reason, Assert.IsType<PayloadRead.Corrupt>(ReadLine(line)).Reason, StringComparison.Ordinal);

    [Fact]
    public void Whole_members_are_told_from_a_torn_end()
    {
        using var member = Encode(nameof(SegmentCompression.Stored));
        var bytes = member.Bytes.ToArray();
        var damaged = bytes.ToArray();
        damaged[^9] ^= 1;

        Assert.Equal(0, SegmentReader.MeasureWhole([]));
        Assert.Equal(2 * bytes.Length, SegmentReader.MeasureWhole([.. bytes, .. bytes]));
        Assert.Equal(bytes.Length, SegmentReader.MeasureWhole([.. bytes, .. bytes[..^1]]));
        Assert.Equal(bytes.Length, SegmentReader.MeasureWhole([.. bytes, .. damaged, .. bytes]));
    }

    private const string Line = """{"event_id":"a","source":"b","account":"c","topic":"d","received_at":"2026-11-23T10:15:30+00:00","body":"{\"inventory_item_id\":7}"}""";

    private static byte[] RoundTrip(byte[] body)
    {
        using var member = SegmentWriter.Encode(Payload with { Body = body }, SegmentCompression.Stored);
        return Assert.IsType<PayloadRead.Available>(SegmentReader.Read(member.Bytes, member.At("segment", 0))).Payload.Body.ToArray();
    }

    private static PayloadRead ReadLine(string line)
    {
        using var member = new MemoryStream();
        using (var gzip = new GZipStream(member, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(line));
        }

        return SegmentReader.Read(member.ToArray(), new PayloadPointer("segment", 0, (int)member.Length, Hash));
    }

    private static SegmentMember Encode(string compression) => SegmentWriter.Encode(Payload, Enum.Parse<SegmentCompression>(compression));
}
