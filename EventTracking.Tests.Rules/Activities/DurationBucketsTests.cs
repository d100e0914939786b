using EventTracking.Core.Activities;

namespace EventTracking.Tests.Rules.Activities;

public sealed class DurationBucketsTests
{
    [Theory]
    [InlineData(-5, 0)]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(1.4, 1)]
    [InlineData(1.5, 2)]
    [InlineData(2, 2)]
    [InlineData(2.1, 3)]
    [InlineData(1024, 20)]
    [InlineData(1025, 21)]
    [InlineData(86_400_000, 53)]
    [InlineData(1e12, 60)]
    public void A_duration_is_in_the_first_bucket_whose_bound_is_not_below_it(double milliseconds, int bucket) =>
        Assert.Equal(bucket, DurationBuckets.IndexOf(TimeSpan.FromMilliseconds(milliseconds)));

    // 100 durations: 50 of up to 2 ms, 45 of up to 16 ms, 4 of up to 1,024 ms and one of up to 4,096 ms.
    [Theory]
    [InlineData(0.5, 2)]
    [InlineData(0.51, 16)]
    [InlineData(0.95, 16)]
    [InlineData(0.99, 1024)]
    [InlineData(1, 4096)]
    public void A_percentile_is_the_bound_of_the_bucket_that_its_rank_is_in(double share, double bound) =>
        Assert.Equal(bound, DurationBuckets.Percentile(new() { [2] = 50, [8] = 45, [20] = 4, [24] = 1 }, share)!.Value, 6);

    [Fact]
    public void Nothing_measured_has_no_percentile() => Assert.Null(DurationBuckets.Percentile([], 0.5));
}
