using EventTracking.Core.Backends.Aws;
using EventTracking.Core.Backends.Aws.Ledger;
using EventTracking.Core.Backends.Embedded;
using EventTracking.Core.Backends.Embedded.Ledger;
using EventTracking.Core.Events;
using EventTracking.Core.Payloads;
using EventTracking.Tests.Rules.Events;

namespace EventTracking.Tests.Rules.Backends;

/// <summary>What is deleted when its time is over, and what never is.</summary>
public sealed class RetentionRulesTests
{
    private static readonly TimeSpan Retention = TimeSpan.FromDays(400);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<EventStatus, bool> Statuses => new()
    {
        { EventStatus.Queued, false },
        { EventStatus.Processing, false },
        { EventStatus.Waiting, false },
        { EventStatus.Retrying, false },
        { EventStatus.Succeeded, true },
        { EventStatus.Superseded, true },
        { EventStatus.Ignored, true },
        { EventStatus.Failed, true },
        { EventStatus.Dismissed, true },
    };

    [Theory]
    [MemberData(nameof(Statuses))]
    public async Task The_embedded_backend_deletes_what_ended_and_nothing_else_however_old(EventStatus status, bool deleted)
    {
        await using var engine = StoredEvents.Idle();
        var id = await engine.StoreAsync(Given.Now.AddDays(-4000), StoredEvents.Of(status));

        Assert.Equal((deleted ? 1 : 0, 0), await engine.Get<EmbeddedRetention>().DeleteExpiredAsync(Cancellation));

        Assert.Equal(deleted, await engine.Ledger.FindAsync(id, Cancellation) is null);
    }

    // Given.Now is 1,795,428,930 in Unix seconds, and 400 days are 34,560,000.
    [Theory]
    [MemberData(nameof(Statuses))]
    public void On_AWS_an_item_expires_when_its_event_ended_and_at_no_other_time(EventStatus status, bool expires)
    {
        var item = EventItems.Write(new StoredItem(StoredEvents.Of(status), [1], null), Retention);

        Assert.Equal(expires ? "1829988930" : null, item.GetValueOrDefault(EventsTable.ExpiresAt)?.N);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public async Task A_record_stays_for_its_400_days(int millisecondsMore, bool deleted)
    {
        await using var engine = StoredEvents.Idle();
        await engine.StoreAsync(Given.Now.AddDays(-400).AddMilliseconds(-millisecondsMore), StoredEvents.Of(EventStatus.Succeeded));

        Assert.Equal(deleted ? 1 : 0, (await engine.Get<EmbeddedRetention>().DeleteExpiredAsync(Cancellation)).Records);
    }

    // An event of a webhook that was years late, and one whose source's clock was a day ahead.
    [Theory]
    [InlineData(-4000)]
    [InlineData(1)]
    public async Task A_record_stays_for_400_days_from_the_end_of_its_event_whatever_time_its_id_has(int days)
    {
        await using var engine = StoredEvents.Idle();
        var id = await engine.StoreAsync(EventId.FirstAt(Given.Now.AddDays(days)), StoredEvents.Of(EventStatus.Failed));

        engine.Time.Advance(TimeSpan.FromDays(400));
        Assert.Equal(0, (await engine.Get<EmbeddedRetention>().DeleteExpiredAsync(Cancellation)).Records);
        Assert.NotNull(await engine.Ledger.FindAsync(id, Cancellation));

        engine.Time.Advance(TimeSpan.FromDays(1) + TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, (await engine.Get<EmbeddedRetention>().DeleteExpiredAsync(Cancellation)).Records);
    }

    [Fact]
    public async Task A_record_stays_while_a_work_item_names_it()
    {
        await using var engine = StoredEvents.Idle();
        var id = await engine.SendAsync("event");
        await engine.Ledger.CloseAsync(new CloseRequest(id, EventStatus.Dismissed, null, null, Given.Now) { From = [EventStatus.Queued] }, Cancellation);
        engine.Time.Advance(TimeSpan.FromDays(401));

        Assert.Equal(0, (await engine.Get<EmbeddedRetention>().DeleteExpiredAsync(Cancellation)).Records);
        await engine.RunAsync();
        Assert.Equal(1, (await engine.Get<EmbeddedRetention>().DeleteExpiredAsync(Cancellation)).Records);
    }

    // More than one operation deletes.
    [Fact]
    public async Task All_that_is_due_goes_at_once()
    {
        await using var engine = StoredEvents.Idle();
        await Task.WhenAll(Enumerable.Range(0, 450).Select(number => engine.StoreAsync(Given.Now.AddDays(-500).AddMilliseconds(number), StoredEvents.Of(EventStatus.Succeeded))));

        Assert.Equal(450, (await engine.Get<EmbeddedRetention>().DeleteExpiredAsync(Cancellation)).Records);
    }

    [Theory]
    [InlineData(365, false)]
    [InlineData(366, true)]
    public async Task Payloads_go_by_whole_days(int days, bool deleted)
    {
        await using var engine = StoredEvents.Idle();
        var archive = engine.Get<IPayloadArchive>();
        var pointer = (await archive.AppendAsync([new PayloadRecord(Given.Id.ToString(), "test", "account", "probe", Given.Now, new Dictionary<string, string>(), "{}"u8.ToArray())], Cancellation))[0];
        engine.Time.Advance(TimeSpan.FromDays(days));

        Assert.Equal((0, deleted ? 1 : 0), await engine.Get<EmbeddedRetention>().DeleteExpiredAsync(Cancellation));

        Assert.Equal(deleted, await archive.ReadAsync(pointer, Cancellation) is PayloadRead.Deleted);
    }
}
