using System.Threading.RateLimiting;
using EventTracking.Stock.Connectors;
using Microsoft.Extensions.Time.Testing;

namespace EventTracking.Tests.Rules.Connectors;
public sealed class SlidingWindowBudgetTests
{
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(20);

    [Fact(Timeout = 30_000)]
    public async Task Callers_who_work_off_a_backlog_all_have_their_turn()
    {
        var time = new FakeTimeProvider();
        await using var budget = SlidingWindowBudget.OverMinute(200, CallTimeout, time);

        // As many as run at once of one function; each comes again when it had its turn.
        var turns = new Queue<Task<RateLimitLease>>(Enumerable.Range(0, 32).Select(_ => AcquireAsync()));
        for (var calls = 0; calls < 2000; calls++)
        {
            var turn = turns.Dequeue();
            if (!turn.IsCompleted)
            {
                time.Advance(TimeSpan.FromSeconds(15));
            }

            Assert.True((await turn).IsAcquired, $"call {calls} was refused");
            turns.Enqueue(AcquireAsync());
        }

        async Task<RateLimitLease> AcquireAsync() => await budget.AcquireAsync(1, TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(200)]
    [InlineData(203)]
    public void No_minute_has_more_calls_than_it_may(int callsPerMinute)
    {
        var time = new FakeTimeProvider();
        var start = time.GetUtcNow();
        using var budget = SlidingWindowBudget.OverMinute(callsPerMinute, CallTimeout, time);
        List<TimeSpan> calls = [];
        while (time.GetUtcNow() - start < TimeSpan.FromMinutes(5))
        {
            while (budget.AttemptAcquire().IsAcquired)
            {
                calls.Add(time.GetUtcNow() - start);
            }

            time.Advance(TimeSpan.FromSeconds(0.7));
        }

        Assert.True(calls.Count >= callsPerMinute * 3.5, $"{calls.Count} calls in five minutes");
        Assert.All(calls, begin => Assert.InRange(calls.Count(call => call >= begin && call - begin < TimeSpan.FromMinutes(1)), 1, callsPerMinute));
    }

    // Four in a minute: one at once, the next fifteen seconds later; nobody waits for longer than twenty.
    [Fact]
    public async Task A_caller_waits_for_its_turn_or_hears_when_to_come_again()
    {
        var time = new FakeTimeProvider();
        await using var budget = SlidingWindowBudget.OverMinute(4, CallTimeout, time);
        Assert.True(budget.AttemptAcquire().IsAcquired);

        using var refused = budget.AttemptAcquire();
        var waiting = budget.AcquireAsync(1, TestContext.Current.CancellationToken);
        using var tooLate = await budget.AcquireAsync(1, TestContext.Current.CancellationToken);

        Assert.Equal((false, TimeSpan.FromSeconds(15)), (refused.IsAcquired, RetryAfter(refused)));
        Assert.Equal((false, TimeSpan.FromSeconds(30)), (tooLate.IsAcquired, RetryAfter(tooLate)));
        time.Advance(TimeSpan.FromSeconds(15) - TimeSpan.FromTicks(1));
        Assert.False(waiting.IsCompleted);
        time.Advance(TimeSpan.FromTicks(1));
        using var allowed = await waiting;
        Assert.Equal((true, null), (allowed.IsAcquired, RetryAfter(allowed)));
        Assert.Empty(allowed.MetadataNames);
        Assert.Equal([MetadataName.RetryAfter.Name], refused.MetadataNames);
        Assert.False(refused.TryGetMetadata("another", out _));
    }

    [Fact]
    public void It_is_never_idle()
    {
        using var budget = SlidingWindowBudget.OverMinute(4, CallTimeout, new FakeTimeProvider());

        Assert.Null(budget.IdleDuration);
        Assert.Null(budget.GetStatistics());
    }

    private static TimeSpan? RetryAfter(RateLimitLease lease) => lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : null;
}
