using EventTracking.Core.Backends.Aws.Payloads;
using EventTracking.Core.Payloads;

namespace EventTracking.Tests.Backends.Aws;

/// <summary>Which days a nightly run compacts, and when their payloads are deleted.</summary>
public sealed class CompactionRunTests(AwsBackend backend) : IClassFixture<AwsBackend>
{
    private const int Retention = 365;

    private static readonly TimeSpan Enough = TimeSpan.FromMinutes(3);

    // A test that began before midnight does not end on the next day for its own clock.
    private readonly DateOnly today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Compacts_finished_days_the_oldest_first_and_deletes_their_objects_when_their_retention_is_over()
    {
        var expired = await WriteAsync(-Retention - 1);
        var lastDay = await WriteAsync(-Retention);
        var oldest = await WriteAsync(-Retention + 1);
        var old = await WriteAsync(-100);
        var finished = await WriteAsync(-2);
        var yesterday = await WriteAsync(-1);
        var present = await WriteAsync(0);
        using var host = new CompactionProcess(backend, present.Time);

        // What an operator's tools leave behind stops nothing: markers of folders, and files between the days.
        foreach (var key in (string[])["payloads/", "payloads/2019/", $"payloads/{present.Day.Year}/", $"{old.Folder[..^1]}-copy/notes.txt", "payloads/notes.txt"])
        {
            await host.Objects.TryWriteAsync(key, ReadOnlyMemory<byte>.Empty, null, Cancellation);
        }

        await host.RunAsync(expired.Day);
        await host.RunAsync(lastDay.Day);

        await host.Compaction.DeleteExpiredAsync(Cancellation);
        var result = await host.Compaction.RunAsync(Enough, Cancellation);

        Assert.Equal((3, 6L, true), (result.Objects, result.Segments, result.IsDone));
        Assert.Empty(await host.KeysAsync(CompactedDay.PrefixOf(expired.Day)));
        Assert.Equal(2, (await host.KeysAsync(CompactedDay.PrefixOf(lastDay.Day))).Count);
        Assert.IsType<PayloadRead.Deleted>(await host.Archive.ReadAsync(expired.Pointers[0], Cancellation));
        Assert.False(await host.Archive.ExistsAsync(expired.Pointers[0], Cancellation));
        foreach (var day in (ArchivedDay[])[lastDay, oldest, old, finished, yesterday, present])
        {
            await day.AssertReadableAsync(host.Archive);
        }

        Assert.All(await Task.WhenAll(host.KeysAsync(oldest.Folder), host.KeysAsync(old.Folder), host.KeysAsync(finished.Folder)), Assert.Empty);
        Assert.All(await Task.WhenAll(host.KeysAsync(yesterday.Folder), host.KeysAsync(present.Folder)), keys => Assert.Equal(2, keys.Count));
        Assert.Equal(finished.Day, await host.Position.FindAsync(Cancellation));

        await AssertIdleRunIsCheapAsync(present);
        await AssertLateSegmentsAreJoinedAsync(finished, present);
    }

    /// <summary>What has expired, the position, and the next day that has segments.</summary>
    private async Task AssertIdleRunIsCheapAsync(ArchivedDay present)
    {
        var calls = 0;
        using var idle = new CompactionProcess(backend, present.Time, (_, callAsync) =>
        {
            calls++;
            return callAsync();
        });

        await idle.Compaction.DeleteExpiredAsync(Cancellation);
        Assert.Equal(new CompactionResult(0, 0, 0, IsDone: true), await idle.Compaction.RunAsync(Enough, Cancellation));
        Assert.Equal(3, calls);
    }

    private async Task AssertLateSegmentsAreJoinedAsync(ArchivedDay finished, ArchivedDay present)
    {
        using var late = new CompactionProcess(backend, finished.Time);
        await finished.AppendAsync(late, 1, 100, "");
        await finished.AppendAsync(late, 1, 100, "");
        using var host = new CompactionProcess(backend, present.Time);

        Assert.Equal(2, (await host.Compaction.RunAsync(Enough, Cancellation)).Segments);
        await finished.AssertReadableAsync(host.Archive);
    }

    private Task<ArchivedDay> WriteAsync(int days) => ArchivedDay.WriteAsync(backend, today.AddDays(days), segments: 2);
}
