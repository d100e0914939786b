using EventTracking.Core.Backends.Embedded;
using EventTracking.Core.Backends.Embedded.Storage;
using EventTracking.Core.Payloads;
using EventTracking.Core.Records;
using EventTracking.Core.Resilience;

namespace EventTracking.Tests.Backends.Embedded;

public sealed class WriterTests(EmbeddedBackend backend) : IClassFixture<EmbeddedBackend>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_operation_that_fails_fails_alone()
    {
        using var hold = new ManualResetEventSlim();
        var first = backend.Store.WriteAsync(_ => Hold(hold), Cancellation);
        var good = backend.Store.WriteAsync(scope => Write(scope, 1), Cancellation);
        var bad = backend.Store.WriteAsync<bool>(scope => Write(scope, 2) ? throw new InvalidOperationException("bad") : true, Cancellation);
        var better = backend.Store.WriteAsync(scope => Write(scope, 3), Cancellation);
        hold.Set();

        await Task.WhenAll(first, good, better);
        Assert.Equal("bad", (await Assert.ThrowsAsync<InvalidOperationException>(() => bad)).Message);
        Assert.NotNull(await backend.Records.FindAsync(new RecordKey("note", 1), Cancellation));
        Assert.Null(await backend.Records.FindAsync(new RecordKey("note", 2), Cancellation));
        Assert.NotNull(await backend.Records.FindAsync(new RecordKey("note", 3), Cancellation));
    }

    [Fact]
    public async Task A_caller_who_gives_up_before_its_turn_is_let_go()
    {
        using var hold = new ManualResetEventSlim();
        using var begun = new ManualResetEventSlim();
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var first = backend.Store.WriteAsync(
            _ =>
            {
                begun.Set();
                return Hold(hold);
            },
            Cancellation);
        begun.Wait(Cancellation);
        var ran = false;
        var second = backend.Store.WriteAsync(_ => ran = true, cancelled.Token);
        await cancelled.CancelAsync();
        hold.Set();

        await first;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.False(ran);
    }

    [Fact]
    public async Task A_caller_who_gives_up_too_late_gets_its_result()
    {
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        var result = await backend.Store.WriteAsync(
            _ =>
            {
                cancelled.Cancel();
                return 42;
            },
            cancelled.Token);

        Assert.Equal(42, result);
    }

    [Fact]
    public async Task What_is_queued_when_the_store_closes_is_finished()
    {
        await using var closing = new EmbeddedBackend();
        await closing.InitializeAsync();
        using var hold = new ManualResetEventSlim();
        var store = closing.Store;
        var first = store.WriteAsync(_ => Hold(hold), Cancellation);
        var queued = Enumerable.Range(0, 1_000).Select(number => store.WriteAsync(scope => Write(scope, number), Cancellation)).ToList();
        var closed = closing.CloseAsync();
        hold.Set();
        await closed;

        Assert.True(await first);
        Assert.All(await Task.WhenAll(queued), Assert.True);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.WriteAsync(_ => true, Cancellation));
    }

    private static bool Hold(ManualResetEventSlim hold)
    {
        hold.Wait(Cancellation);
        return true;
    }

    private static bool Write(WriteScope scope, long id)
    {
        using var statement = scope.Database.Use("INSERT INTO records (collection, id, content, version) VALUES ('note', ?, '{}', '0a')");
        statement.Bind(id).Step();
        return true;
    }
}
