using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Secrets;
using EventTracking.Tests.Rules.Events;
using Microsoft.Extensions.Time.Testing;

namespace EventTracking.Tests.Rules.Functions;

/// <summary>When a shared call is made, and for whom. Nothing here pauses: who waits is counted.</summary>
public sealed class SharedCallTests
{
    private readonly FakeTimeProvider time = new(Given.Now);
    private readonly List<int[]> made = [];
    private readonly SharedCall<int, int> tenfold;

    public SharedCallTests() => tenfold = new SharedCall<int, int>((requests, _) =>
    {
        made.Add([.. requests]);
        return Task.FromResult<IReadOnlyList<int>>([.. requests.Select(request => request * 10)]);
    });

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Once_every_event_waits_one_call_is_made_in_the_order_of_the_events()
    {
        var batch = Batch(groups: 3);
        var third = AskAsync(3, batch);
        var first = AskAsync(1, batch);
        Assert.Empty(made);

        var second = AskAsync(2, batch);

        Assert.Equal([1, 2, 3], Assert.Single(made));
        Assert.Equal((10, 20, 30), (await first, await second, await third));
    }

    [Fact]
    public async Task An_event_that_ends_is_not_waited_for()
    {
        var batch = Batch(groups: 3);
        var (first, second) = (AskAsync(1, batch), AskAsync(2, batch));
        Assert.Empty(made);

        batch.EndGroup();

        Assert.Equal([1, 2], Assert.Single(made));
        Assert.Equal((10, 20), (await first, await second));
    }

    [Fact]
    public async Task Who_does_not_come_is_waited_for_two_seconds_and_calls_alone_later()
    {
        var batch = Batch(groups: 3);
        var (first, second) = (AskAsync(1, batch), AskAsync(2, batch));
        time.Advance(TimeSpan.FromSeconds(1.999));
        Assert.Empty(made);

        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal((10, 20), (await first, await second));
        batch.EndGroup();
        batch.EndGroup();
        var late = AskAsync(3, batch);

        Assert.Equal([[1, 2], [3]], made);
        Assert.Equal(30, await late);
    }

    [Fact]
    public async Task Each_round_has_two_seconds_of_its_own()
    {
        var batch = Batch(groups: 3);
        var first = AskAsync(1, batch);
        time.Advance(TimeSpan.FromSeconds(1.5));
        await Task.WhenAll(first, AskAsync(2, batch), AskAsync(3, batch));

        var again = AskAsync(1, batch);
        time.Advance(TimeSpan.FromSeconds(1.5));
        Assert.Single(made);
        time.Advance(TimeSpan.FromSeconds(0.5));

        Assert.Equal(10, await again);
        Assert.Equal([[1, 2, 3], [1]], made);
    }

    [Fact]
    public async Task A_second_round_gathers_again()
    {
        var batch = Batch(groups: 2);
        await Task.WhenAll(AskAsync(1, batch), AskAsync(2, batch));

        var again = AskAsync(2, batch, request: 5);
        Assert.Single(made);
        await Task.WhenAll(again, AskAsync(1, batch, request: 4));

        Assert.Equal([[1, 2], [4, 5]], made);
    }

    [Fact]
    public async Task Different_calls_are_made_at_the_same_time()
    {
        List<string> asked = [];
        var other = new SharedCall<string, string>((requests, _) =>
        {
            asked.AddRange(requests);
            return Task.FromResult(requests);
        });
        var batch = Batch(groups: 3);
        var first = AskAsync(1, batch);
        var second = other.RunAsync("two", Event(2, batch), Cancellation);
        Assert.Empty(made);

        var third = AskAsync(3, batch);

        Assert.Equal([1, 3], Assert.Single(made));
        Assert.Equal(["two"], asked);
        Assert.Equal((10, "two", 30), (await first, await second, await third));
    }

    [Fact]
    public async Task An_event_that_asks_for_two_things_at_once_is_still_one_event()
    {
        List<int> asked = [];
        var other = new SharedCall<int, int>((requests, _) =>
        {
            asked.AddRange(requests);
            return Task.FromResult(requests);
        });
        var batch = Batch(groups: 2);
        var one = Event(1, batch);
        var (first, also) = (tenfold.RunAsync(1, one, Cancellation), other.RunAsync(7, one, Cancellation));
        Assert.Empty(made);

        await AskAsync(2, batch);

        Assert.Equal([1, 2], Assert.Single(made));
        Assert.Equal((10, 7), (await first, await also));
        Assert.Equal([7], asked);
    }

    // Of five, two run at once; the last one runs alone.
    [Fact]
    public async Task No_more_events_are_waited_for_than_run_at_once()
    {
        var batch = Batch(groups: 5, concurrency: 2);
        for (var number = 1; number <= 3; number += 2)
        {
            await Task.WhenAll(AskAsync(number, batch), AskAsync(number + 1, batch));
            batch.EndGroup();
            batch.EndGroup();
        }

        Assert.Equal(50, await AskAsync(5, batch));

        Assert.Equal([[1, 2], [3, 4], [5]], made);
    }

    [Fact]
    public async Task An_event_that_is_cancelled_leaves_and_the_others_go_on()
    {
        using var cancelled = new CancellationTokenSource();
        var batch = Batch(groups: 3);
        var first = tenfold.RunAsync(1, Event(1, batch), cancelled.Token);
        var second = AskAsync(2, batch);

        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        var third = AskAsync(3, batch);

        // The first is still running: it has something to record.
        Assert.Empty(made);
        batch.EndGroup();
        Assert.Equal([2, 3], Assert.Single(made));
        Assert.Equal((20, 30), (await second, await third));
    }

    [Fact]
    public async Task An_event_that_was_cancelled_before_it_asks_does_not_take_part()
    {
        var batch = Batch(groups: 2);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => tenfold.RunAsync(1, Event(1, batch), new CancellationToken(canceled: true)));
        var second = AskAsync(2, batch);
        Assert.Empty(made);
        batch.EndGroup();

        Assert.Equal([2], Assert.Single(made));
        Assert.Equal(20, await second);
    }

    [Fact]
    public async Task A_call_ends_when_the_last_event_that_waits_for_it_is_cancelled()
    {
        CancellationToken token = default;
        var call = new SharedCall<int, int>(async (_, cancellationToken) =>
        {
            token = cancellationToken;
            await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
            return [];
        });
        using var cancelFirst = new CancellationTokenSource();
        using var cancelSecond = new CancellationTokenSource();
        var batch = Batch(groups: 2);
        var first = call.RunAsync(1, Event(1, batch), cancelFirst.Token);
        var second = call.RunAsync(2, Event(2, batch), cancelSecond.Token);

        await cancelFirst.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.False(token.IsCancellationRequested);

        await cancelSecond.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.True(token.IsCancellationRequested);
    }

    [Fact]
    public async Task A_call_that_fails_fails_every_event_that_takes_part()
    {
        var call = new SharedCall<int, int>((_, _) => throw new FunctionException("down", "other/down", transient: true));
        var batch = Batch(groups: 2);
        var first = call.RunAsync(1, Event(1, batch), Cancellation);
        var second = call.RunAsync(2, Event(2, batch), Cancellation);

        Assert.Equal("other/down", (await Assert.ThrowsAsync<FunctionException>(() => first)).Code);
        Assert.Equal("other/down", (await Assert.ThrowsAsync<FunctionException>(() => second)).Code);
    }

    [Fact]
    public async Task A_call_must_return_a_result_for_each()
    {
        var call = new SharedCall<int, int>((_, _) => Task.FromResult<IReadOnlyList<int>>([1]));
        var batch = Batch(groups: 2);
        var first = call.RunAsync(1, Event(1, batch), Cancellation);

        Assert.Contains("1 results for 2 requests", (await Assert.ThrowsAsync<InvalidOperationException>(() => call.RunAsync(2, Event(2, batch), Cancellation))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(() => first);
    }

    [Fact]
    public async Task Outside_a_batch_an_event_calls_alone() => Assert.Equal(10, await tenfold.RunAsync(1, Event(1, null), Cancellation));

    private Task<int> AskAsync(int number, BatchScope batch, int? request = null) => tenfold.RunAsync(request ?? number, Event(number, batch), Cancellation);

    private BatchScope Batch(int groups, int concurrency = 100) => new(groups, concurrency, new FixedRandom(0.5), time);

    private EventContext Event(int number, BatchScope? batch)
    {
        var metadata = Given.Event with { Id = EventId.FirstAt(Given.Now.AddMilliseconds(number)) };
        return new EventContext(Given.Record(EventStatus.Processing) with { Event = metadata }, null!, new SecretRedactor([]), time) { Batch = batch };
    }
}
