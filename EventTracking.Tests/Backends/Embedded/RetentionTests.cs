using EventTracking.Core.Activities;
using EventTracking.Core.Backends.Embedded;
using EventTracking.Core.Backends.Embedded.Ledger;
using EventTracking.Core.Backends.Embedded.Storage;
using EventTracking.Core.Events;
using EventTracking.Core.Payloads;

namespace EventTracking.Tests.Backends.Embedded;

public sealed class RetentionTests : IAsyncLifetime
{
    /// <summary>How long a test waits for a log message, in hours of the backend's own time.</summary>
    private const int MaxHours = 100_000;

    private readonly EmbeddedBackend backend = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => backend.InitializeAsync();

    public ValueTask DisposeAsync() => backend.DisposeAsync();

    [Fact]
    public async Task Payloads_go_first_then_records_of_final_events_and_the_rest_stays()
    {
        var final = await AcceptAsync();
        var claimed = Assert.IsType<ClaimResult.Claimed>(await backend.Ledger.ClaimAsync(Sample.Claim(final, backend.Now), Cancellation));
        await backend.Ledger.CompleteAsync(new Completion(final.Id, Sample.End(claimed.Record.Attempts[^1], EventStatus.Succeeded, backend.Now), null, []), Cancellation);
        await AcknowledgeAsync(final);
        var open = await AcceptAsync();

        await backend.PassAsync(TimeSpan.FromDays(365));
        Assert.Equal((0, 0), await backend.Retention.DeleteExpiredAsync(Cancellation));
        await backend.PassAsync(TimeSpan.FromDays(1));
        Assert.Equal((0, 1), await backend.Retention.DeleteExpiredAsync(Cancellation));
        Assert.IsType<PayloadRead.Deleted>(await backend.Archive.ReadAsync(claimed.Record.Payload!, Cancellation));
        Assert.NotNull(await backend.Ledger.FindAsync(final.Id, Cancellation));

        await backend.PassAsync(TimeSpan.FromDays(35));
        var young = await AcceptAsync();
        Assert.Equal((1, 0), await backend.Retention.DeleteExpiredAsync(Cancellation));
        Assert.Null(await backend.Ledger.FindAsync(final.Id, Cancellation));
        Assert.NotNull(await backend.Ledger.FindAsync(open.Id, Cancellation));
        Assert.NotNull(await backend.Ledger.FindAsync(young.Id, Cancellation));
    }

    [Fact]
    public async Task Keys_go_with_their_records_and_what_functions_did_after_thirty_days()
    {
        var final = await AcceptAsync();
        var claimed = Assert.IsType<ClaimResult.Claimed>(await backend.Ledger.ClaimAsync(Sample.Claim(final, backend.Now), Cancellation));
        await backend.Ledger.CompleteAsync(new Completion(final.Id, Sample.End(claimed.Record.Attempts[^1], EventStatus.Ignored, backend.Now), null, []) { Keys = ["#1001"] }, Cancellation);
        await AcknowledgeAsync(final);
        var slot = IActivityStore.SlotOf(backend.Now);
        await backend.Activity.AddAsync("probe", slot, new Dictionary<string, long> { ["accepted"] = 1 }, Cancellation);

        await backend.PassAsync(TimeSpan.FromDays(29));
        await backend.Retention.DeleteExpiredAsync(Cancellation);
        Assert.Single(await backend.Activity.ListAsync("probe", slot, backend.Now, Cancellation));
        await backend.PassAsync(TimeSpan.FromDays(2));
        await backend.Retention.DeleteExpiredAsync(Cancellation);
        Assert.Empty(await backend.Activity.ListAsync("probe", slot, backend.Now, Cancellation));
        Assert.Single((await backend.Search.FindByKeyAsync("#1001", 10, Cancellation)).Ids);

        await backend.PassAsync(TimeSpan.FromDays(370));
        await backend.Retention.DeleteExpiredAsync(Cancellation);
        Assert.Empty((await backend.Search.FindByKeyAsync("#1001", 10, Cancellation)).Ids);
    }

    [Fact]
    public async Task All_keys_go_however_many_an_event_has()
    {
        List<EventId> ids = [.. Enumerable.Range(0, 150).Select(_ => Sample.Id(backend.Now))];
        await backend.Store.WriteAsync(
            scope =>
            {
                ids.ForEach(id => SearchKeyTable.Insert(scope.Database, id, ["first", "second", "third", "fourth"]));
                return true;
            },
            Cancellation);

        await backend.PassAsync(TimeSpan.FromDays(401));
        await backend.Retention.DeleteExpiredAsync(Cancellation);

        Assert.Equal(0, backend.Store.Read(database => database.GetNumber("SELECT count(*) FROM search_keys")));
    }

    [Fact]
    public async Task A_record_stays_while_an_item_names_it()
    {
        var final = await AcceptAsync();
        var claimed = Assert.IsType<ClaimResult.Claimed>(await backend.Ledger.ClaimAsync(Sample.Claim(final, backend.Now), Cancellation));
        await backend.Ledger.CompleteAsync(new Completion(final.Id, Sample.End(claimed.Record.Attempts[^1], EventStatus.Succeeded, backend.Now), null, []), Cancellation);
        await backend.PassAsync(TimeSpan.FromDays(401));

        Assert.Equal(0, (await backend.Retention.DeleteExpiredAsync(Cancellation)).Records);
        await AcknowledgeAsync(final);
        Assert.Equal(1, (await backend.Retention.DeleteExpiredAsync(Cancellation)).Records);
    }

    [Fact]
    public async Task A_fault_is_logged_and_the_next_run_comes()
    {
        await backend.Store.WriteAsync(scope => Run(scope, "ALTER TABLE events RENAME TO hidden"), Cancellation);
        await backend.Retention.StartAsync(TestContext.Current.CancellationToken);
        await PassUntilAsync("could not delete expired records");

        await backend.Store.WriteAsync(scope => Run(scope, "ALTER TABLE hidden RENAME TO events"), Cancellation);
        var final = await AcceptAsync();
        var claimed = Assert.IsType<ClaimResult.Claimed>(await backend.Ledger.ClaimAsync(Sample.Claim(final, backend.Now), Cancellation));
        await backend.Ledger.CompleteAsync(new Completion(final.Id, Sample.End(claimed.Record.Attempts[^1], EventStatus.Succeeded, backend.Now), null, []), Cancellation);
        await AcknowledgeAsync(final);
        await backend.PassAsync(TimeSpan.FromDays(401));
        await PassUntilAsync("1 records");
        await backend.Retention.StopAsync(Cancellation);

        async Task PassUntilAsync(string logged)
        {
            for (var hours = 0; !backend.Logs.Text.Contains(logged, StringComparison.Ordinal); hours++)
            {
                TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
                Assert.True(hours < MaxHours, $"The log does not say '{logged}': {backend.Logs.Text}");
                await backend.PassAsync(TimeSpan.FromHours(1));
                await Task.Yield();
            }
        }
    }

    private static bool Run(WriteScope scope, string sql)
    {
        scope.Database.Run(sql);
        return true;
    }

    private async Task AcknowledgeAsync(EventMetadata metadata) =>
        await backend.Queue.AcknowledgeAsync(await backend.Queue.ReceiveAsync(metadata.Function, 10, TimeSpan.FromMinutes(1), TimeSpan.Zero, Cancellation), Cancellation);

    private async Task<EventMetadata> AcceptAsync()
    {
        var metadata = Sample.Event(backend.Now);
        await backend.Intake.AcceptAsync([Sample.New(metadata)], Cancellation);
        return metadata;
    }
}
