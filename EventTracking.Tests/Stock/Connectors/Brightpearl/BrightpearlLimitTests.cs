using System.Net;
using EventTracking.Core.Functions;
using EventTracking.Core.Records;
using EventTracking.Core.Resilience;
using EventTracking.Stock.Connectors.Brightpearl;
using EventTracking.Tests.Backends.Embedded;
using EventTracking.Tests.Sandbox;

namespace EventTracking.Tests.Stock.Connectors.Brightpearl;

/// <summary>Reservations in a single process, on a clock that stands still: 20 calls a minute, of which 4 may be made at once.</summary>
public sealed class BrightpearlLimitTests : IClassFixture<EmbeddedBackend>
{
    private const int TestTimeout = 30_000;

    private readonly ObservedTime time = new();
    private readonly ControlledStore store;
    private readonly BrightpearlLimit limit;

    public BrightpearlLimitTests(EmbeddedBackend backend)
    {
        store = new ControlledStore(backend.Records);
        limit = Create();
    }

    [Fact(Timeout = TestTimeout)]
    public async Task One_write_reserves_for_all_who_wait()
    {
        await SeeAsync(19);
        var writes = store.Writes;
        store.Hold();
        var first = limit.ReserveAsync("call", TestContext.Current.CancellationToken);
        var others = Enumerable.Range(0, 2).Select(_ => limit.ReserveAsync("call", TestContext.Current.CancellationToken)).ToList();
        store.Release();
        await Task.WhenAll([first, .. others]);

        Assert.InRange(store.Writes - writes, 1, 2);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task Whoever_cannot_be_served_soon_is_postponed_and_the_function_is_not_ready()
    {
        await SeeAsync(19);
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => limit.ReserveAsync("call", TestContext.Current.CancellationToken)));

        // 16 are free and 16 kept, but no more than 15 in a moment. 14 are kept when 56.25 s are left.
        var soon = limit.ReserveAsync("call", TestContext.Current.CancellationToken);
        await time.BegunAsync(TimeSpan.FromMilliseconds(1));
        time.Advance(TimeSpan.FromMilliseconds(1));
        await soon;
        var postponed = await Assert.ThrowsAsync<PostponedException>(() => limit.ReserveAsync("call", TestContext.Current.CancellationToken));

        Assert.Equal(TimeSpan.FromSeconds(3.75), limit.ReadyFor(1));
        Assert.InRange(postponed.Delay, TimeSpan.FromSeconds(3.75), TimeSpan.FromSeconds(6.75));
        time.Advance(limit.ReadyFor(1));
        Assert.Equal(TimeSpan.Zero, limit.ReadyFor(1));
        await limit.ReserveAsync("call", TestContext.Current.CancellationToken);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_caller_that_gives_up_keeps_nobody_waiting()
    {
        await SeeAsync(19);
        using var caller = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        store.Hold();
        var given = limit.ReserveAsync("call", caller.Token);
        var other = limit.ReserveAsync("call", TestContext.Current.CancellationToken);
        await caller.CancelAsync();
        store.Release();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        await other;
    }

    [Fact(Timeout = TestTimeout)]
    public async Task While_the_store_does_not_respond_nothing_is_called_and_nothing_fails()
    {
        await SeeAsync(19);
        store.IsAway = true;
        var postponed = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Assert.ThrowsAsync<PostponedException>(() => limit.ReserveAsync("call", TestContext.Current.CancellationToken))));
        store.IsAway = false;

        Assert.All(postponed, failure => Assert.InRange(failure.Delay, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(8)));
        await limit.ReserveAsync("call", TestContext.Current.CancellationToken);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task Another_process_knows_what_this_one_reserved()
    {
        await SeeAsync(19);
        await limit.ReserveAsync("call", TestContext.Current.CancellationToken);
        await limit.ReserveAsync("call", TestContext.Current.CancellationToken);
        var other = Create();

        await other.ReserveAsync("call", TestContext.Current.CancellationToken);

        Assert.True(other.ReadyFor(1) > TimeSpan.Zero);
    }

    /// <summary>Makes a call whose response says that so many are left of a minute that has just begun.</summary>
    private async Task SeeAsync(int remaining)
    {
        await limit.ReserveAsync("call", TestContext.Current.CancellationToken);
        using var response = new HttpResponseMessage(HttpStatusCode.OK)
        {
            Headers = { { BrightpearlThrottle.RemainingHeader, $"{remaining}" }, { BrightpearlThrottle.NextPeriodHeader, "60000" } },
        };
        limit.Observe(response, time.GetTimestamp());
    }

    private BrightpearlLimit Create() => new(
        new RecordCollection<BrightpearlPeriod>(store.Collection, BrightpearlJson.Default.BrightpearlPeriod, store, new RandomSource(), time),
        new BrightpearlPace(20, TimeSpan.FromMinutes(1)),
        new RandomSource(),
        time);

    /// <summary>A real store that can be away, or let its writes wait.</summary>
    private sealed class ControlledStore(IRecordStore records) : IRecordStore
    {
        private TaskCompletionSource? held;
        private int writes;

        public string Collection { get; } = Backends.Sample.Name("limit");

        public bool IsAway { get; set; }

        public int Writes => Volatile.Read(ref writes);

        public void Hold() => held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Release() => held!.SetResult();

        public Task<RecordData?> FindAsync(RecordKey key, CancellationToken cancellationToken) => IsAway ? throw Away() : records.FindAsync(key, cancellationToken);

        public async Task<bool> TryWriteAsync(RecordData record, string? readVersion, CancellationToken cancellationToken)
        {
            if (IsAway)
            {
                throw Away();
            }

            Interlocked.Increment(ref writes);
            if (held is { } until)
            {
                await until.Task.WaitAsync(cancellationToken);
            }

            return await records.TryWriteAsync(record, readVersion, cancellationToken);
        }

        public Task<bool> TryDeleteAsync(RecordKey key, string readVersion, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<RecordData>> ListAsync(string collection, string? label, long? after, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

        private static StoreUnavailableException Away() => new("The store is away.");
    }
}
