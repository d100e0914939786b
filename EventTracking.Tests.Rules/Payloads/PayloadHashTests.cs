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

    private static SegmentMember Encode(string compression) => SegmentWriter.Encode(Payload, Enum.Parse<SegmentCompression>(compression));
}
