using EventTracking.Stock.Connectors;

namespace EventTracking.Tests.Rules.Connectors;

public sealed class WebhookTimeTests
{
    [Theory]
    [InlineData("2026-10-02T13:30:00Z")]
    [InlineData("2026-10-02T09:30:00-04:00")]
    [InlineData("2026-10-02T13:30:00")]
    [InlineData("2026-10-02T13:30:00.0000000Z")]
    public void Times_are_read_as_UTC_in_all_their_spellings(string text)
    {
        var time = WebhookTime.Read(text);

        Assert.Equal(new DateTimeOffset(2026, 10, 2, 13, 30, 0, TimeSpan.Zero), time);
        Assert.Equal(TimeSpan.Zero, time?.Offset);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("2026-13-01T00:00:00Z")]
    [InlineData("10:30")]
    [InlineData("1.5")]
    [InlineData("12/25")]
    [InlineData("0001-01-01T00:00:00+14:00")]
    [InlineData("2026")]
    [InlineData("2026-10-02T13:30:00Z                                                                    .")]
    [InlineData("2026-10-02T13:30:00.00000000000000000000000000000000000000000000000000000000000000000000Z")]
    public void Anything_else_is_no_time(string? text) => Assert.Null(WebhookTime.Read(text));
}
