using System.Text.Json.Nodes;
using EventTracking.Core.Events;
using EventTracking.Core.Queue;
using EventTracking.Tests.Records;

namespace EventTracking.Tests.Backends.Embedded;

public sealed class EmbeddedNewerRecordTests(EmbeddedBackend backend) : NewerRecordContract(backend), IClassFixture<EmbeddedBackend>;

/// <summary>Rows that a newer version wrote whose schema is that of this one.</summary>
public sealed class NewerRowTests(EmbeddedBackend backend) : IClassFixture<EmbeddedBackend>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Members_that_are_not_known_stay_through_every_transition()
    {
        var metadata = await AcceptAsync();
        await AttemptAsync(metadata, EventStatus.Retrying);
        await RunAsync("UPDATE events SET attempts = json_set(attempts, '$[0].future', 'kept', '$[0].f.Hint', 'kept too') WHERE id = ?", metadata.Id);
        await AttemptAsync(metadata, EventStatus.Failed);
        await RequeueAsync(metadata.Id);
        await RunAsync("UPDATE events SET history = json_set(history, '$[0].future', 'kept') WHERE id = ?", metadata.Id);
        await AttemptAsync(metadata, EventStatus.Queued);
        await AttemptAsync(metadata, EventStatus.Queued);
        await AttemptAsync(metadata, EventStatus.Failed);
        await RequeueAsync(metadata.Id);
        Assert.True(await backend.Ledger.AddEditedReplayAsync(metadata.Id, Sample.Id(backend.Now), Cancellation));

        var (attempts, history) = (Column("attempts", metadata.Id), Column("history", metadata.Id));
        Assert.Equal(("kept", "kept too"), ((string?)attempts[0]!["future"], (string?)attempts[0]!["f"]!["Hint"]));
        Assert.Equal("kept", (string?)history[0]!["future"]);
        Assert.Equal(2, history.AsArray().Count);
    }

    [Fact]
    public async Task An_event_with_a_status_that_is_not_known_is_shown_and_left_alone()
    {
        var metadata = await AcceptAsync();
        await AttemptAsync(metadata, EventStatus.Failed);
        await RunAsync("UPDATE events SET status = 9, attempts = json_set(attempts, '$[0].o', 12) WHERE id = ?", metadata.Id);
        var sound = await AcceptAsync();

        var record = Assert.IsType<EventRecord>(await backend.Ledger.FindAsync(metadata.Id, Cancellation));
        Assert.Equal((EventStatus.Unknown, "9", EventStatus.Unknown), (record.Status, record.StoredStatus, record.Attempts[0].Outcome));
        var listed = await backend.Ledger.ListAsync(new EventQuery(), Cancellation);
        Assert.Contains(listed.Events, summary => summary.Event.Id == metadata.Id && summary.StoredStatus == "9");
        Assert.Contains(listed.Events, summary => summary.Event.Id == sound.Id);
        Assert.Equal(new ClaimResult.NotRunnable(EventStatus.Unknown), await backend.Ledger.ClaimAsync(Sample.Claim(metadata, backend.Now), Cancellation));
        Assert.IsType<TransitionResult.Refused>(await backend.Ledger.RequeueAsync(Again(metadata.Id), Cancellation));
        Assert.False(await backend.Ledger.AddEditedReplayAsync(metadata.Id, Sample.Id(backend.Now), Cancellation));
        Assert.False(await backend.Ledger.MarkLateAsync(metadata.Id, Cancellation));
        Assert.Equal(9, backend.Store.Read(database => database.GetNumber($"SELECT status FROM events WHERE id = '{metadata.Id}'")));
        Assert.Contains("newer version", backend.Logs.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("attempts = '{}'")]
    [InlineData("attempts = '[null]'")]
    [InlineData("attempts = '[{\"n\":1,\"s\":1,\"f\":{}}]'")]
    [InlineData("attempts = 'no json'")]
    [InlineData("history = '[{\"k\":0,\"t\":1}]'")]
    [InlineData("history = '{}'")]
    [InlineData("entity = 'no colon'")]
    [InlineData("causation_id = 'no id'")]
    [InlineData("waiting_on = 'no colon'")]
    [InlineData("received_at = -1")]
    [InlineData("retry_at = -1")]
    [InlineData("effects = '[\"no id\"]'")]
    [InlineData("edits = '[3]'")]
    public async Task A_row_that_cannot_be_read_is_shown_and_left_alone(string change)
    {
        var metadata = await AcceptAsync();
        await AttemptAsync(metadata, EventStatus.Failed);
        await RunAsync($"UPDATE events SET {change}, requeued = 1 WHERE id = ?", metadata.Id);
        var sound = await AcceptAsync();
        var before = Row(metadata.Id);

        var record = Assert.IsType<EventRecord>(await backend.Ledger.FindAsync(metadata.Id, Cancellation));
        Assert.Equal(EventStatus.Unknown, record.Status);
        Assert.StartsWith("unreadable", record.StoredStatus, StringComparison.Ordinal);
        Assert.NotNull(record.Payload);
        foreach (var query in (EventQuery[])[new EventQuery(), new EventQuery { Status = EventStatus.Failed }, new EventQuery { Status = EventStatus.Failed, ById = true }])
        {
            Assert.Contains(metadata.Id, (await backend.Ledger.ListAsync(query with { Limit = 500 }, Cancellation)).Events.Select(summary => summary.Event.Id));
        }

        Assert.Contains(sound.Id, (await backend.Ledger.ListAsync(new EventQuery { Limit = 500 }, Cancellation)).Events.Select(summary => summary.Event.Id));
        Assert.Contains(metadata.Id, (await backend.Ledger.ListRequeuedAsync(null, 500, Cancellation)).Select(summary => summary.Event.Id));
        var item = Assert.Single(await backend.Queue.ReceiveAsync(metadata.Function, 10, TimeSpan.FromMinutes(1), TimeSpan.Zero, Cancellation));
        Assert.Equal(metadata.Id, item.Item.Event.Id);
        Assert.Equal(new ClaimResult.NotRunnable(EventStatus.Unknown), await backend.Ledger.ClaimAsync(Sample.Claim(item.Item.Event, backend.Now), Cancellation));
        Assert.IsType<TransitionResult.Refused>(await backend.Ledger.RequeueAsync(Again(metadata.Id), Cancellation));
        Assert.False(await backend.Ledger.AddEditedReplayAsync(metadata.Id, Sample.Id(backend.Now), Cancellation));
        await backend.Queue.SendAsync([new WorkItem(metadata, null, Sample.Pointer())], TimeSpan.Zero, Cancellation);
        Assert.Equal(before, Row(metadata.Id));
    }

    [Fact]
    public async Task An_item_gives_an_event_with_a_status_that_is_not_known_the_payload_that_it_lacks()
    {
        var metadata = await AcceptAsync();
        await RunAsync("UPDATE events SET status = 9, segment = NULL WHERE id = ?", metadata.Id);

        await backend.Queue.SendAsync([new WorkItem(metadata, Sample.Payload(metadata), null)], TimeSpan.Zero, Cancellation);

        var record = Assert.IsType<EventRecord>(await backend.Ledger.FindAsync(metadata.Id, Cancellation));
        Assert.Equal("9", record.StoredStatus);
        Assert.NotNull(record.Payload);
    }

    private string Row(EventId id) => backend.Store.Read(database =>
    {
        using var statement = database.Use("SELECT json_array(status, updated_at, attempt_count, retry_at, entity, causation_id, waiting_on, received_at, attempts, history, effects, edits, segment, requeued, function) FROM events WHERE id = ?");
        Assert.True(statement.Bind(id.ToString()).Step());
        return statement.GetText(0);
    });

    private async Task<EventMetadata> AcceptAsync()
    {
        var metadata = Sample.Event(backend.Now);
        await backend.Intake.AcceptAsync([Sample.New(metadata)], Cancellation);
        return metadata;
    }

    private async Task AttemptAsync(EventMetadata metadata, EventStatus status)
    {
        var claimed = Assert.IsType<ClaimResult.Claimed>(await backend.Ledger.ClaimAsync(Sample.Claim(metadata, backend.Now), Cancellation)).Record;
        var failure = status == EventStatus.Queued ? null : Sample.Failure("print");
        Assert.True(await backend.Ledger.CompleteAsync(new Completion(metadata.Id, Sample.End(claimed.Attempts[^1], status, backend.Now, failure), null, []), Cancellation));
    }

    private async Task RequeueAsync(EventId id) => Assert.IsType<TransitionResult.Done>(await backend.Ledger.RequeueAsync(Again(id), Cancellation));

    private Requeue Again(EventId id) => new(id, [EventStatus.Failed], null, new HistoryEntry(HistoryEntryKind.Replay, "ann", backend.Now, null, 0));

    private Task<bool> RunAsync(string sql, EventId id) => backend.Store.WriteAsync(
        scope =>
        {
            using var statement = scope.Database.Use(sql);
            statement.Bind(id.ToString()).Step();
            return true;
        },
        Cancellation);

    private JsonNode Column(string column, EventId id) => backend.Store.Read(database =>
    {
        using var statement = database.Use($"SELECT {column} FROM events WHERE id = ?");
        Assert.True(statement.Bind(id.ToString()).Step());
        return JsonNode.Parse(statement.GetText(0))!;
    });
}
