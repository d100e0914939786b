using System.Net;
using System.Text;
using EventTracking.Core.Backends.Aws;
using EventTracking.Core.Backends.Aws.Ledger;
using EventTracking.Core.Backends.Aws.Queue;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Intake;
using EventTracking.Core.Payloads;
using EventTracking.Core.Processing;
using EventTracking.Core.Queue;
using EventTracking.Core.Recovery;
using EventTracking.Core.Replay;
using EventTracking.Core.Resilience;
using EventTracking.Core.Waiting;
using EventTracking.Tests.Backends.Aws.Emulators;

namespace EventTracking.Tests.Backends.Aws;

/// <summary>Dead letters, with record, item and payload in three services.</summary>
public sealed class AwsDeadLetterTests(AwsEmulators emulators) : AwsEvents(emulators)
{
    [Fact]
    public async Task The_event_of_a_dead_letter_fails_and_a_replay_runs_it()
    {
        var id = await AcceptAsync();
        for (var receive = 0; receive < IWorkQueue.ReceivesBeforeDeadLetter; receive++)
        {
            await Queue.DeferAsync([new Deferral(Assert.Single(await ReceiveAsync("probe")), TimeSpan.Zero)], Cancellation);
        }

        Assert.Empty(await ReceiveAsync("probe"));
        Assert.Equal(new QueueDepth(0, 1), await Queue.GetDepthAsync("probe", Cancellation));
        var swept = await Sweeper.SweepAsync(Cancellation);

        Assert.Equal(1, swept.DeadLettered);
        var record = await FindAsync(id);
        Assert.Equal((EventStatus.Failed, "dead-letter"), (record.Status, record.Error!.Code));
        Assert.Equal(new QueueDepth(0, 0), await Queue.GetDepthAsync("probe", Cancellation));
        Assert.Contains("1 dead letters of probe", Backend.Logs.Text, StringComparison.Ordinal);
        Assert.IsType<ReplayResult.Sent>(await Backend.Get<Replayer>().ReplayAsync(id, "ann", null, force: false, Cancellation));
        await RunAsync("probe", 1);
        Assert.Equal(EventStatus.Succeeded, (await FindAsync(id)).Status);
    }

    [Fact]
    public async Task A_dead_letter_without_a_record_gets_one()
    {
        var item = await DeadLetterAsync();

        Assert.Equal(1, (await Sweeper.SweepAsync(Cancellation)).DeadLettered);

        var record = await FindAsync(item.Event.Id);
        Assert.Equal(EventStatus.Failed, record.Status);
        Assert.IsType<PayloadRead.Available>(await Backend.Archive.ReadAsync(record.Payload!, Cancellation));
    }

    [Fact]
    public async Task A_dead_letter_stays_while_its_payload_cannot_be_archived()
    {
        var item = await DeadLetterAsync();
        Backend.Traffic.Response = (operation, _) => operation == "PUT" ? Down() : null;

        Assert.Equal(0, (await Sweeper.SweepAsync(Cancellation)).DeadLettered);

        Assert.Null(await Backend.Ledger.FindAsync(item.Event.Id, Cancellation));
        Assert.Equal(new QueueDepth(0, 1), await Queue.GetDepthAsync("probe", Cancellation));
    }

    [Theory]
    [InlineData(EventStatus.Succeeded, false)]
    [InlineData(EventStatus.Waiting, false)]
    [InlineData(null, true)]
    public async Task A_dead_letter_leaves_an_event_alone_that_ended_or_waits_or_runs(EventStatus? outcome, bool stays)
    {
        var item = await DeadLetterAsync();
        var now = Backend.Time.GetUtcNow();
        var claimed = Assert.IsType<ClaimResult.Claimed>(await Backend.Ledger.ClaimAsync(Sample.Claim(item.Event, now), Cancellation));
        if (outcome is { } end)
        {
            var completion = new Completion(item.Event.Id, Sample.End(claimed.Record.Attempts[^1], end, now), end == EventStatus.Waiting ? Product : null, []);
            Assert.True(await Backend.Ledger.CompleteAsync(completion, Cancellation));
        }

        Assert.Equal(0, (await Sweeper.SweepAsync(Cancellation)).DeadLettered);

        Assert.Equal(outcome ?? EventStatus.Processing, (await FindAsync(item.Event.Id)).Status);
        Assert.Equal(stays ? 1 : 0, (await Queue.GetDepthAsync("probe", Cancellation)).DeadLetters);
    }

    // An operator replays the event on a host whose clock is ten minutes ahead or behind.
    [Theory]
    [InlineData(10)]
    [InlineData(-10)]
    public async Task Which_item_a_replay_sent_does_not_depend_on_clocks(int minutes)
    {
        var first = await DeadLetterAsync(replays: 0);
        var now = Backend.Time.GetUtcNow();
        var claimed = Assert.IsType<ClaimResult.Claimed>(await Backend.Ledger.ClaimAsync(Sample.Claim(first.Event, now), Cancellation));
        await Backend.Ledger.CompleteAsync(new Completion(first.Event.Id, Sample.End(claimed.Record.Attempts[^1], EventStatus.Failed, now, Sample.Failure()), null, []), Cancellation);
        await RequeueAsync(first.Event.Id, now + (minutes * Minute));

        Assert.Equal(0, (await Sweeper.SweepAsync(Cancellation)).DeadLettered);
        Assert.Equal(EventStatus.Queued, (await FindAsync(first.Event.Id)).Status);
        await Backend.Sqs.SendMessageAsync(await Backend.UrlAsync("probe") + "-dead", QueueMessage.Write(first with { Replays = 1 }), Cancellation);
        Assert.Equal(1, (await Sweeper.SweepAsync(Cancellation)).DeadLettered);

        Assert.Equal(EventStatus.Failed, (await FindAsync(first.Event.Id)).Status);
        Assert.Equal(0, (await Queue.GetDepthAsync("probe", Cancellation)).DeadLetters);
    }

    [Fact]
    public async Task A_dead_letter_of_an_earlier_version_leaves_an_event_alone_that_was_replayed_since()
    {
        var item = await DeadLetterAsync();
        var now = Backend.Time.GetUtcNow();
        var claimed = Assert.IsType<ClaimResult.Claimed>(await Backend.Ledger.ClaimAsync(Sample.Claim(item.Event, now), Cancellation));
        await Backend.Ledger.CompleteAsync(new Completion(item.Event.Id, Sample.End(claimed.Record.Attempts[^1], EventStatus.Failed, now, Sample.Failure()), null, []), Cancellation);
        await RequeueAsync(item.Event.Id, now + (2 * Minute));

        Assert.Equal(0, (await Sweeper.SweepAsync(Cancellation)).DeadLettered);

        Assert.Equal(EventStatus.Queued, (await FindAsync(item.Event.Id)).Status);
        Assert.Equal(0, (await Queue.GetDepthAsync("probe", Cancellation)).DeadLetters);
    }

    [Fact]
    public async Task Messages_of_others_among_the_dead_letters_are_left_and_logged()
    {
        await Backend.Sqs.SendMessageAsync(await Backend.UrlAsync("probe") + "-dead", "hello", Cancellation);
        await DeadLetterAsync();

        Assert.Equal(1, (await Sweeper.SweepAsync(Cancellation)).DeadLettered);

        Assert.Equal(1, (await Queue.GetDepthAsync("probe", Cancellation)).DeadLetters);
        Assert.Contains("1 dead letters of probe are not messages of this product", Backend.Logs.Text, StringComparison.Ordinal);
    }

    /// <summary>A dead letter whose event has no record yet.</summary>
    private async Task<WorkItem> DeadLetterAsync(int? replays = null)
    {
        var metadata = Sample.Event(Backend.Time.GetUtcNow(), "probe");
        var item = new WorkItem(metadata, Sample.Payload(metadata), null) { Replays = replays };
        await Backend.Sqs.SendMessageAsync(await Backend.UrlAsync("probe") + "-dead", QueueMessage.Write(item), Cancellation);
        return item;
    }
}
