using EventTracking.Stock.Connectors.Brightpearl;

namespace EventTracking.Tests.Rules.Connectors;

/// <summary>How many calls may be made at which time of a period, with values worked out by hand.</summary>
public sealed class BrightpearlPaceTests
{
    [Theory]

    // 200 a minute: 160 are kept at first and fewer as the minute passes, but never fewer than 5.
    [InlineData(200, 200, true, 60, 40)]
    [InlineData(200, 161, true, 60, 1)]
    [InlineData(200, 160, true, 60, 0)]
    [InlineData(200, 150, true, 45, 30)]
    [InlineData(200, 150, true, 30, 70)]
    [InlineData(200, 80, true, 30, 0)]
    [InlineData(200, 20, true, 3, 12)]
    [InlineData(200, 6, true, 0, 1)]
    [InlineData(200, 5, true, 0, 0)]
    [InlineData(200, 0, true, 0, 0)]

    // Before the first response 10, and half of what the time gives.
    [InlineData(200, 200, false, 60, 10)]
    [InlineData(200, 193, false, 60, 3)]
    [InlineData(200, 190, false, 60, 0)]
    [InlineData(200, 190, false, 45, 25)]
    [InlineData(200, 100, false, 30, 0)]

    // However low the limit, it is used.
    [InlineData(1, 1, false, 60, 1)]
    [InlineData(1, 0, true, 1, 0)]
    [InlineData(2, 2, true, 60, 1)]
    [InlineData(2, 1, true, 60, 0)]
    [InlineData(2, 1, true, 39, 0)]
    [InlineData(2, 1, true, 37, 1)]
    [InlineData(20, 20, true, 60, 4)]
    [InlineData(20, 2, true, 0, 1)]
    [InlineData(20, 1, true, 0, 0)]
    public void A_fifth_may_be_made_at_once_and_the_rest_as_the_period_passes(int limit, int free, bool isSeen, double left, int allowed) =>
        Assert.Equal(allowed, Minute(limit).Allowed(free, isSeen, TimeSpan.FromSeconds(left)));

    // A millisecond after the moment at which exactly one more is free.
    [Theory]
    [InlineData(200, 200, true, 60, 0)]
    [InlineData(200, 160, true, 60, 0.001)]
    [InlineData(200, 159, true, 60, 0.376)]
    [InlineData(200, 100, true, 60, 22.501)]
    [InlineData(200, 190, false, 60, 0.601)]
    [InlineData(200, 5, true, 30, 30)]
    [InlineData(200, 0, true, 12, 12)]
    [InlineData(2, 1, true, 60, 22.501)]
    public void The_wait_ends_when_one_more_is_free_or_with_the_period(int limit, int free, bool isSeen, double left, double wait) =>
        Assert.Equal(TimeSpan.FromSeconds(wait), Minute(limit).UntilNext(free, isSeen, TimeSpan.FromSeconds(left)));

    // A fortieth of the limit stays free for calls that no batch stands for: 5 of 200, and none of a low limit. A batch of several calls
    // waits for all of them, up to the ten that may be made before a period's first response.
    [Theory]
    [InlineData(1, 200, 166, true, 60, 0)]
    [InlineData(1, 200, 165, true, 60, 0.001)]
    [InlineData(1, 200, 164, true, 60, 0.376)]
    [InlineData(1, 200, 10, true, 30, 30)]
    [InlineData(1, 200, 3, true, 12, 12)]
    [InlineData(1, 39, 32, true, 60, 0)]
    [InlineData(10, 200, 170, true, 60, 0)]
    [InlineData(10, 200, 169, true, 60, 0.001)]
    [InlineData(10, 200, 200, false, 60, 0)]
    [InlineData(100, 200, 170, true, 60, 0)]
    [InlineData(10, 20, 17, true, 60, 0)]
    public void A_batch_starts_only_if_some_calls_stay_free(int calls, int limit, int free, bool isSeen, double left, double wait) =>
        Assert.Equal(TimeSpan.FromSeconds(wait), Minute(limit).UntilBatch(calls, free, isSeen, TimeSpan.FromSeconds(left)));

    [Fact]
    public void After_the_wait_a_call_is_allowed()
    {
        foreach (var limit in (int[])[1, 2, 3, 7, 19, 20, 39, 40, 200, 1000])
        {
            for (var free = 0; free <= limit; free += Math.Max(1, limit / 40))
            {
                foreach (var left in (double[])[60, 59.7, 31, 30, 11.3, 2, 0.5])
                {
                    foreach (var isSeen in (bool[])[true, false])
                    {
                        var wait = Minute(limit).UntilNext(free, isSeen, TimeSpan.FromSeconds(left));
                        Assert.InRange(wait, TimeSpan.Zero, TimeSpan.FromSeconds(left));
                        Assert.True(wait == TimeSpan.FromSeconds(left) || Minute(limit).Allowed(free, isSeen, TimeSpan.FromSeconds(left) - wait) > 0, $"{free} of {limit} with {left} s left, {isSeen}: {wait}");
                    }
                }
            }
        }
    }

    private static BrightpearlPace Minute(int limit) => new(limit, TimeSpan.FromMinutes(1));
}
