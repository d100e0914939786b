using EventTracking.Stock.Connectors;
using EventTracking.Tests.Rules.Events;

namespace EventTracking.Tests.Rules.Connectors;

/// <summary>How long a response asks to wait.</summary>
public sealed class RetryAfterHeaderTests
{
    [Theory]
    [InlineData("2.0", 2)]
    [InlineData("0.5", 0.5)]
    [InlineData("2", 2)]
    [InlineData(" 7 ", 7)]
    [InlineData("0", 0)]
    [InlineData("3600", 3600)]
    [InlineData("3601", 3600)]
    [InlineData("99999999999999999999999", 3600)]
    public void Seconds_are_read_with_and_without_decimals_up_to_an_hour(string text, double seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), Read(text));

    [Theory]
    [InlineData(90, 90)]
    [InlineData(0, 0)]
    [InlineData(-90, 0)]
    [InlineData(7200, 3600)]
    public void Dates_are_read_as_the_time_until_then(int secondsAhead, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Read(Given.Now.AddSeconds(secondsAhead).ToString("r", System.Globalization.CultureInfo.InvariantCulture)));

    [Theory]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("-1")]
    [InlineData("1e3")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("1,5")]
    [InlineData("2.0, 3.0")]
    [InlineData("2026-11-29")]
    [InlineData("999999999999999999999999999999999999999")]
    public void Anything_else_is_ignored(string text) => Assert.Null(Read(text));

    [Fact]
    public void A_response_need_not_ask_for_anything()
    {
        using var response = new HttpResponseMessage();

        Assert.Null(RetryAfterHeader.Read(response, Given.Now));
    }

    private static TimeSpan? Read(string text)
    {
        using var response = new HttpResponseMessage();
        response.Headers.TryAddWithoutValidation("Retry-After", text);
        return RetryAfterHeader.Read(response, Given.Now);
    }
}
