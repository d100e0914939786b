using EventTracking.Core.Payloads;

namespace EventTracking.Tests.Rules.Payloads;

public sealed class SegmentKeyTests
{
    [Fact]
    public void A_key_is_taken_apart_and_put_together_again()
    {
        var text = SegmentWriter.NewKey(new DateTimeOffset(2026, 11, 23, 23, 59, 59, TimeSpan.Zero));

        Assert.True(SegmentKey.TryParse(text, out var key));
        Assert.Equal(new DateOnly(2026, 11, 23), key.Day);
        Assert.Equal(text, key.ToString());
        Assert.Equal(key.Day, SegmentKey.FindDay(text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("payloads/2026/11/23/")]
    [InlineData("payloads/2026/11/31/01KAR0000000000000000000ZZ.jsonl.gz")]
    [InlineData("payloads/2026/11/23/01KAR0000000000000000000Z.jsonl.gz")]
    [InlineData("payloads/2026/11/23/01kar0000000000000000000zz.jsonl.gz")]
    [InlineData("payloads/2026/11/23/01KAR0000000000000000000ZZ.jsonl.xz")]
    [InlineData("payloads/2026-11-23/01KAR0000000000000000000ZZ.jsonl.gz")]
    [InlineData("payloads/compacted/2026/11/23/01KAR0000000000000000000ZZ.jsonl.gz")]
    [InlineData("payloads/replays/01KAR0000000000000000000ZZ.jsonl.gz")]
    public void What_the_product_did_not_name_is_no_segment(string key) => Assert.False(SegmentKey.TryParse(key, out _));
}
