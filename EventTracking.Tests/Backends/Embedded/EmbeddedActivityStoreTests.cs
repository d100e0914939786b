using EventTracking.Core.Activities;
using EventTracking.Core.Backends.Embedded;
using EventTracking.Core.Backends.Embedded.Activities;
using EventTracking.Core.Backends.Embedded.Storage;
using EventTracking.Tests.Activities;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventTracking.Tests.Backends.Embedded;

public sealed class EmbeddedActivityStoreTests(EmbeddedBackend backend) : ActivityStoreContract(backend), IClassFixture<EmbeddedBackend>
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Counting_takes_no_commit_of_its_own_and_the_next_one_takes_it_along()
    {
        await using var store = Open(out _);
        var activity = new EmbeddedActivityStore(store);

        await activity.AddAsync("stock-sync", Noon, new Dictionary<string, long> { ["accepted"] = 3 }, Cancel);
        Assert.Equal(0, CountRows(store));
        Assert.Equal(3, await SumAsync(activity));

        await store.WriteAsync(_ => true, Cancel);
        Assert.Equal(1, CountRows(store));
        Assert.Equal(3, await SumAsync(activity));
    }

    [Fact]
    public async Task A_commit_that_fails_loses_no_counts()
    {
        await using var store = Open(out _);
        var activity = new EmbeddedActivityStore(store);
        await activity.AddAsync("stock-sync", Noon, new Dictionary<string, long> { ["accepted"] = 3 }, Cancel);

        await Assert.ThrowsAnyAsync<InvalidTimeZoneException>(() => store.WriteAsync<bool>(_ => throw new InvalidTimeZoneException("planted"), Cancel));
        Assert.Equal(3, await SumAsync(activity));

        await store.WriteAsync(_ => true, Cancel);
        Assert.Equal((1, 3), (CountRows(store), await SumAsync(activity)));
    }

    [Fact]
    public async Task A_store_that_is_closed_writes_what_it_has_counted()
    {
        await using (var store = Open(out var path))
        {
            await new EmbeddedActivityStore(store).AddAsync("stock-sync", Noon, new Dictionary<string, long> { ["accepted"] = 3 }, Cancel);
            await store.DisposeAsync();
            await using var again = EmbeddedStore.Open(path, new EmbeddedOptions(), TimeProvider.System, NullLogger<EmbeddedStore>.Instance);
            Assert.Equal(3, await SumAsync(new EmbeddedActivityStore(again)));
        }
    }

    [Fact]
    public async Task Whoever_reads_while_batches_count_and_commits_run_never_sees_a_count_twice_or_not_at_all()
    {
        const int Each = 300;
        await using var store = Open(out _);
        var activity = new EmbeddedActivityStore(store);
        var added = 0L;
        var counting = Task.Run(async () =>
        {
            for (var number = 0; number < Each; number++)
            {
                await activity.AddAsync("stock-sync", Noon, new Dictionary<string, long> { ["accepted"] = 1 }, Cancel);
                Interlocked.Increment(ref added);
                await store.WriteAsync(_ => true, Cancel);
            }
        }, Cancel);
        while (!counting.IsCompleted)
        {
            var before = Interlocked.Read(ref added);
            var seen = await SumAsync(activity);
            Assert.InRange(seen, before, Interlocked.Read(ref added) + 1);
        }

        await counting;
        Assert.Equal(Each, await SumAsync(activity));
    }

    private static EmbeddedStore Open(out string path) => EmbeddedStore.Open(
        path = Path.Combine(Path.GetTempPath(), $"event-tracking-{Guid.NewGuid():N}"), new EmbeddedOptions(), TimeProvider.System, NullLogger<EmbeddedStore>.Instance);

    private static async Task<long> SumAsync(EmbeddedActivityStore activity) =>
        (await activity.ListAsync("stock-sync", Noon, Noon.AddHours(1), Cancel)).Sum(slot => slot.Amounts["accepted"]);

    private static long CountRows(EmbeddedStore store) => store.Read(database =>
    {
        using var statement = database.Use("SELECT count(*) FROM activity");
        return statement.Step() ? statement.GetNumber(0) : 0;
    });
}
