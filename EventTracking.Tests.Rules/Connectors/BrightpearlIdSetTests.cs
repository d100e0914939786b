using System.Globalization;
using CsCheck;
using EventTracking.Stock.Connectors.Brightpearl;

namespace EventTracking.Tests.Rules.Connectors;
public sealed class BrightpearlIdSetTests
{
    [Theory]
    [InlineData("1-5,99,202", "1-5,99,202", 7)]
    [InlineData(" 3 , 1 - 2 ", "1-3", 3)]
    [InlineData("5,1-9,7-12", "1-12", 12)]
    [InlineData("7,7,7", "7", 1)]
    [InlineData("4-4", "4", 1)]
    [InlineData("1-999999999", "1-999999999", 999_999_999)]
    [InlineData("1-9223372036854775807", "1-9223372036854775807", long.MaxValue)]
    public void Reads_ids_and_ranges_into_one_canonical_text(string text, string canonical, long count)
    {
        Assert.True(BrightpearlIdSet.TryParse(text, out var set, out _));

        Assert.Equal((canonical, count), (set.ToString(), set.Count));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("5-1")]
    [InlineData("0")]
    [InlineData("-3")]
    [InlineData("1-2-3")]
    [InlineData("1,,2")]
    [InlineData("1,")]
    [InlineData("a")]
    [InlineData("1.5")]
    [InlineData("9223372036854775808")]
    public void Refuses_anything_else_with_a_reason(string? text)
    {
        Assert.False(BrightpearlIdSet.TryParse(text, out var set, out var reason));

        Assert.Null(set);
        Assert.NotEmpty(reason);
    }

    [Fact]
    public void Names_the_ids_up_to_a_limit()
    {
        Assert.True(BrightpearlIdSet.TryParse("1-5,99,202", out var set, out _));

        Assert.Equal([1, 2, 3, 4, 5, 99], set.Take(6));
        Assert.Equal(7, set.Take(100).Count());
    }

    [Fact]
    public void A_huge_range_costs_nothing()
    {
        static long Read(string text) => BrightpearlIdSet.TryParse(text, out var set, out _) ? set.Count + set.Take(3).Sum() : 0;
        Read("1-3");
        var before = GC.GetAllocatedBytesForCurrentThread();

        var read = Read("1-999999999");

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000);
        Assert.Equal(999_999_999 + 6, read);
    }

    [Fact]
    public void Names_exactly_the_ids_of_its_text() =>
        Gen.Select(Gen.Long[1, 60], Gen.Long[0, 8]).Array[1, 12].Sample(ranges =>
        {
            var text = string.Join(",", ranges.Select(range => string.Create(CultureInfo.InvariantCulture, $"{range.Item1}-{range.Item1 + range.Item2}")));
            var expected = ranges.SelectMany(range => Enumerable.Range(0, (int)range.Item2 + 1).Select(offset => range.Item1 + offset)).Distinct().Order().ToArray();

            Assert.True(BrightpearlIdSet.TryParse(text, out var set, out _));
            Assert.Equal(expected, set.Take(1000));
            Assert.Equal(expected.Length, set.Count);
            Assert.True(BrightpearlIdSet.TryParse(set.ToString(), out var again, out _));
            Assert.Equal(set.ToString(), again.ToString());
            Assert.Equal(set.ToString(), BrightpearlIdSet.Of(expected).ToString());
        });

    [Fact]
    public void Never_throws() =>
        Gen.OneOf(Gen.String, Gen.String[Gen.Char["0123456789-, x"], 0, 30]).Sample(text =>
            BrightpearlIdSet.TryParse(text, out var set, out var reason) ? set.Count > 0 : reason.Length > 0);

    [Theory]
    [InlineData(40, "")]
    [InlineData(41, "…")]
    public void A_long_text_is_cut_in_the_reason(int length, string end)
    {
        Assert.False(BrightpearlIdSet.TryParse(new string('x', length), out _, out var reason));

        Assert.StartsWith($"'{new string('x', 40)}{end}'", reason, StringComparison.Ordinal);
    }
}
