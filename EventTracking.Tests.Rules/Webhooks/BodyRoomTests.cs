using EventTracking.Api.Webhooks;
using Microsoft.Extensions.Time.Testing;

namespace EventTracking.Tests.Rules.Webhooks;

/// <summary>Who gets memory for a large body, and who gives way.</summary>
public sealed class BodyRoomTests : IDisposable
{
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    private readonly BodyRoom room;

    public BodyRoomTests() => room = new BodyRoom(100, time);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_fits_gets_in_at_once()
    {
        var (one, other) = (Enter(60), Enter(40));

        Assert.True(one.IsCompleted && other.IsCompleted);
        Assert.Equal((60, 40), ((await one)!.Bytes, (await other)!.Bytes));
    }

    [Fact]
    public async Task Room_that_is_left_is_taken_by_the_newest()
    {
        using var first = await Enter(100);
        var (older, newer) = (Enter(100), Enter(100));
        Assert.False(older.IsCompleted || newer.IsCompleted);

        first!.Dispose();

        Assert.NotNull(await newer.WaitAsync(Cancel));
        Assert.False(older.IsCompleted);
    }

    [Fact]
    public async Task Room_that_is_left_is_taken_by_the_smallest()
    {
        using var first = await Enter(100);
        var (small, large) = (Enter(60), Enter(100));

        first!.Dispose();

        Assert.NotNull(await small.WaitAsync(Cancel));
        Assert.False(large.IsCompleted);
    }

    [Fact]
    public async Task Who_waits_for_too_long_gets_nothing()
    {
        using var first = await Enter(100);
        var waiting = Enter(1);

        time.Advance(BodyRoom.Patience);

        Assert.Null(await waiting.WaitAsync(Cancel));
    }

    [Fact]
    public async Task Nobody_gives_way_while_nobody_waits()
    {
        using var first = await Enter(100);

        time.Advance(TimeSpan.FromHours(1));

        Assert.False(first!.TurnEnded.IsCompleted);
    }

    [Fact]
    public async Task Whoever_has_had_a_turn_gives_way_to_one_who_comes_and_others_stay()
    {
        using var oldest = await Enter(50);
        using var second = await Enter(30);
        time.Advance(BodyRoom.Turn);
        using var newest = await Enter(20);

        var waiting = Enter(50);

        await oldest!.TurnEnded.WaitAsync(Cancel);
        Assert.False(second!.TurnEnded.IsCompleted || newest!.TurnEnded.IsCompleted);
        oldest.Dispose();
        Assert.NotNull(await waiting.WaitAsync(Cancel));
    }

    [Fact]
    public async Task A_turn_that_ends_while_somebody_waits_ends_then()
    {
        using var first = await Enter(100);
        var waiting = Enter(100);
        Assert.False(first!.TurnEnded.IsCompleted);

        time.Advance(BodyRoom.Turn);

        await first.TurnEnded.WaitAsync(Cancel);
        first.Dispose();
        Assert.NotNull(await waiting.WaitAsync(Cancel));
    }

    [Fact]
    public async Task Whoever_leaves_the_line_is_not_waited_for()
    {
        using var first = await Enter(100);
        using var leaving = new CancellationTokenSource();
        var (older, left) = (Enter(100), room.EnterAsync(100, leaving.Token).AsTask());

        await leaving.CancelAsync();
        first!.Dispose();

        Assert.Null(await left.WaitAsync(Cancel));
        Assert.NotNull(await older.WaitAsync(Cancel));
    }

    [Fact]
    public async Task Whoever_pushes_the_room_is_never_overfull_and_all_of_it_comes_back()
    {
        var (inside, most) = (0L, 0L);
        await Task.WhenAll(Enumerable.Range(0, 200).Select(number => Task.Run(async () =>
        {
            using var place = await room.EnterAsync(1 + (number % 40), Cancel);
            var now = Interlocked.Add(ref inside, place!.Bytes);
            InterlockedMax(ref most, now);
            await Task.Yield();
            Interlocked.Add(ref inside, -place.Bytes);
        }, Cancel)));

        Assert.InRange(most, 1, 100);
        Assert.True(Enter(100).IsCompleted);
    }

    [Fact]
    public void Bodies_of_real_products_do_not_wait_behind_the_largest()
    {
        using var bodies = new UnprovenBodies(time);
        for (var large = 0; large < 4; large++)
        {
            Assert.True(bodies.EnterAsync(null, Cancel).AsTask().IsCompleted);
        }

        Assert.False(bodies.EnterAsync(RequestBody.Limit, Cancel).AsTask().IsCompleted);
        Assert.True(bodies.EnterAsync(UnprovenBodies.Large, Cancel).AsTask().IsCompleted);
    }

    public void Dispose() => room.Dispose();

    private Task<BodyPlace?> Enter(long bytes) => room.EnterAsync(bytes, Cancel).AsTask();

    private static void InterlockedMax(ref long most, long value)
    {
        for (var seen = Volatile.Read(ref most); value > seen;)
        {
            seen = Interlocked.CompareExchange(ref most, value, seen) is var before && before == seen ? value : before;
        }
    }
}
