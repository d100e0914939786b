namespace EventTracking.Tests.Rules.Events;

/// <summary>
/// Ids are stored and are the idempotency keys, so what they are made of may never change. The values were computed apart from
/// the product: SHA-256 over the parts joined by line feeds, its first ten bytes behind six bytes of milliseconds, in Crockford's base 32.
/// </summary>
public sealed class EventIdTests
{
    private static readonly DateTimeOffset Triggered = new(2026, 11, 23, 10, 15, 30, TimeSpan.Zero);

    [Theory]
    [InlineData("shopify", "acme.myshopify.com", "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043", 123, "01M83YEMJBETJND3ZQ67VWADC0")]
    [InlineData("brightpearl", "acme", "9a1f", 0, "01M83YEMEGWQ4Z6XANSQNFQZEY")]
    [InlineData("brightpearl", "other", "9a1f", 0, "01M83YEMEGZGWVY31CSFG02MHD")]
    [InlineData("shopify", "café.myshopify.com", "形", 123, "01M83YEMJB5HZ377PNTE0G4SCT")]
    public void A_delivery_has_the_id_it_always_had(string source, string account, string deliveryId, int milliseconds, string id) =>
        Assert.Equal(id, EventId.ForDelivery(source, account, deliveryId, Triggered.AddMilliseconds(milliseconds)).ToString());

    [Theory]
    [InlineData("a", "bc", "0000000000353MTFAQ757PVZ4K")]
    [InlineData("ab", "c", "0000000000HHE6PTDD4TCX022Y")]
    public void The_border_between_source_and_account_counts(string source, string account, string id) =>
        Assert.Equal(id, EventId.ForDelivery(source, account, "d", DateTimeOffset.UnixEpoch).ToString());

    [Fact]
    public void The_offset_of_the_time_does_not_count() =>
        Assert.Equal("01M83YEMEGWQ4Z6XANSQNFQZEY", EventId.ForDelivery("brightpearl", "acme", "9a1f", Triggered.ToOffset(TimeSpan.FromHours(5))).ToString());

    [Fact]
    public void An_id_gives_back_its_time()
    {
        var id = EventId.Parse("01M83YEMJBETJND3ZQ67VWADC0");

        Assert.Equal(Triggered.AddMilliseconds(123), id.Time);
        Assert.Equal(1_795_428_930_123, id.UnixMilliseconds);
    }

    [Fact]
    public void The_time_part_of_a_made_up_id_can_lie_beyond_the_last_time_there_is() =>
        Assert.Equal(281_474_976_710_655, EventId.Parse("7ZZZZZZZZZZZZZZZZZZZZZZZZZ").UnixMilliseconds);

    // 10:15:30 is 1,795,428,930,000 ms; ids of a begun millisecond lie before a time within it.
    [Theory]
    [InlineData(0, "01M83YEMEG0000000000000000")]
    [InlineData(1, "01M83YEMEH0000000000000000")]
    [InlineData(10_000, "01M83YEMEH0000000000000000")]
    public void The_bound_of_a_range_is_the_first_whole_millisecond_at_or_after_it(long ticks, string bound) =>
        Assert.Equal(bound, EventId.FirstAt(Triggered.AddTicks(ticks)).ToString());

    [Fact]
    public void Before_1970_every_id_is_later() => Assert.Equal("00000000000000000000000000", EventId.FirstAt(DateTimeOffset.UnixEpoch.AddDays(-1)).ToString());

    [Fact]
    public void The_bound_at_the_end_of_time_is_after_it() => Assert.Equal("76EZ91ZQ000000000000000000", EventId.FirstAt(DateTimeOffset.MaxValue).ToString());

    [Theory]
    [InlineData("01M83YEMJBETJND3ZQ67VWADC0")]
    [InlineData("01m83yemjbetjnd3zq67vwadc0")]
    public void Case_does_not_matter(string text)
    {
        Assert.True(EventId.TryParse(text, out var id));
        Assert.Equal("01M83YEMJBETJND3ZQ67VWADC0", id.ToString());
        Assert.Equal(id, EventId.Parse(text));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("01M83YEMJBETJND3ZQ67VWADC")]
    [InlineData("01M83YEMJBETJND3ZQ67VWADC00")]
    [InlineData("81M83YEMJBETJND3ZQ67VWADC0")]
    [InlineData("01M83YEMJBETJND3ZQ67VWADCU")]
    [InlineData("01M83YEMJBETJND3ZQ67VWADC-")]
    public void Anything_else_is_refused(string? text) => Assert.False(EventId.TryParse(text, out _));

    [Fact]
    public void A_text_that_is_refused_is_in_the_error()
    {
        var error = Assert.Throws<FormatException>(() => EventId.Parse("01M83"));

        Assert.Contains("'01M83'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Later_ids_are_greater()
    {
        var (early, late) = (EventId.Parse("01M83YEMEGZGWVY31CSFG02MHD"), EventId.Parse("01M83YEMJB5HZ377PNTE0G4SCT"));
        var same = EventId.Parse("01M83YEMEGZGWVY31CSFG02MHD");

        Assert.True(early < late && late > early && early <= late && late >= early);
        Assert.False(late < early || early > late || late <= early || early >= late);
        Assert.True(early <= same && early >= same);
        Assert.False(early < same || early > same);
    }
}
