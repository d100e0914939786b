using System.Text;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Intake;
using EventTracking.Core.Replay;
using EventTracking.Testing.Functions;
using EventTracking.Tests.Functions;
using EventTracking.Tests.Payloads;

namespace EventTracking.Tests.Replay;

public class ReplayerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_failed_event_runs_again_by_its_id_alone()
    {
        var bodies = new List<string>();
        await using var engine = new EngineHost(new ProbeFunction((message, _, _) =>
        {
            bodies.Add(message);
            return bodies.Count == 1 ? throw new FunctionException("down", "shop/down", transient: false) : Task.FromResult(Outcome.Succeeded);
        }));
        var id = await engine.SendAsync("a", "the body");
        await engine.RunAsync();

        var result = await engine.Get<Replayer>().ReplayAsync(id, "ann", "the shop is up again", force: false, Cancellation);
        await engine.RunAsync();

        Assert.Equal(new ReplayResult.Sent(id, "probe"), result);
        Assert.Equal(["the body", "the body"], bodies);
        var record = await engine.FindAsync(id);
        Assert.Equal([EventStatus.Failed, EventStatus.Succeeded], record.Attempts.Select(attempt => attempt.Outcome!.Value));
        var replay = Assert.Single(record.History);
        Assert.Equal((HistoryEntryKind.Replay, "ann", "the shop is up again", 1), (replay.Kind, replay.By, replay.Reason, replay.AfterAttempt));
    }

    [Fact]
    public async Task A_replay_starts_the_count_of_attempts_anew()
    {
        await using var engine = new EngineHost(new ProbeFunction((_, _, _) => throw new TimeoutException()));
        var id = await engine.SendAsync("a");
        await RunToTheEndAsync(engine, id);

        await engine.Get<Replayer>().ReplayAsync(id, "ann", null, force: false, Cancellation);
        await RunToTheEndAsync(engine, id);

        var record = await engine.FindAsync(id);
        Assert.Equal(12, record.AttemptCount);
        Assert.Equal(Enumerable.Range(1, 12), record.Attempts.Select(attempt => attempt.Number));
    }

    [Fact]
    public async Task Of_many_replays_at_once_one_is_sent()
    {
        await using var engine = new EngineHost(new ProbeFunction((_, _, _) => throw new FunctionException("x", "x", transient: false)));
        var id = await engine.SendAsync("a");
        await engine.RunAsync();

        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => engine.Get<Replayer>().ReplayAsync(id, "ann", null, force: false, Cancellation)));

        Assert.Single(results.OfType<ReplayResult.Sent>());
        Assert.Equal(19, results.OfType<ReplayResult.InProgress>().Count());
    }

    [Fact]
    public async Task A_success_is_replayed_only_with_force()
    {
        await using var engine = new EngineHost(new ProbeFunction((_, _, _) => Task.FromResult(Outcome.Succeeded)));
        var id = await engine.SendAsync("a");
        await engine.RunAsync();
        var replayer = engine.Get<Replayer>();

        Assert.Equal(new ReplayResult.NeedsForce(EventStatus.Succeeded), await replayer.ReplayAsync(id, "ann", null, force: false, Cancellation));
        Assert.IsType<ReplayResult.Sent>(await replayer.ReplayAsync(id, "ann", null, force: true, Cancellation));
        await engine.RunAsync();
        Assert.Equal(2, (await engine.FindAsync(id)).AttemptCount);
    }

    [Fact]
    public async Task An_edited_payload_becomes_an_event_of_its_own()
    {
        await using var engine = new EngineHost(new ProbeFunction((message, _, _) =>
            message == "good" ? Task.FromResult(Outcome.Succeeded) : throw new FunctionException("bad", "payload/bad", transient: false)));
        var id = await engine.SendAsync("a", "bad");
        await engine.RunAsync();

        var sent = Assert.IsType<ReplayResult.Sent>(await engine.Get<Replayer>().ReplayEditedAsync(id, "ann", "typo", Encoding.UTF8.GetBytes("good"), null, Cancellation));
        await engine.RunAsync();

        Assert.NotEqual(id, sent.Id);
        var edited = await engine.FindAsync(sent.Id);
        var original = await engine.FindAsync(id);
        Assert.Equal((EventStatus.Succeeded, id), (edited.Status, edited.Event.CausationId!.Value));
        Assert.Equal(original.Event.CorrelationId, edited.Event.CorrelationId);
        Assert.Equal(EventStatus.Failed, original.Status);
    }

    [Fact]
    public async Task A_deleted_payload_cannot_be_replayed()
    {
        await using var engine = new EngineHost(new ProbeFunction((_, _, _) => throw new FunctionException("x", "x", transient: false)));
        var id = await engine.SendAsync("a");
        await engine.RunAsync();
        var record = await engine.FindAsync(id);
        File.Delete(Path.Combine(engine.DataPath, record.Payload!.Segment));

        Assert.IsType<ReplayResult.PayloadGone>(await engine.Get<Replayer>().ReplayAsync(id, "ann", null, force: false, Cancellation));
        Assert.Equal(EventStatus.Failed, (await engine.FindAsync(id)).Status);
    }

    [Fact]
    public async Task A_damaged_payload_fails_its_replay_for_good_and_the_record_says_so()
    {
        var runs = 0;
        await using var engine = new EngineHost(new ProbeFunction((_, _, _) =>
        {
            runs++;
            throw new FunctionException("x", "x", transient: false);
        }));
        var id = await engine.SendAsync("a", "the body");
        await engine.RunAsync();
        Damage.Flip(engine.DataPath, (await engine.FindAsync(id)).Payload!);

        Assert.IsType<ReplayResult.Sent>(await engine.Get<Replayer>().ReplayAsync(id, "ann", null, force: false, Cancellation));
        await engine.RunAsync();

        var record = await engine.FindAsync(id);
        Assert.Equal((EventStatus.Failed, 2), (record.Status, record.AttemptCount));
        var failure = Assert.IsType<Failure>(record.Attempts[^1].Failure);
        Assert.Equal(("payload/corrupt", false), (failure.Code, failure.Transient));
        Assert.StartsWith("The archived payload is damaged: ", failure.Message, StringComparison.Ordinal);
        Assert.Equal(1, runs);
    }

    [Fact]
    public async Task A_damaged_payload_cannot_be_edited()
    {
        await using var engine = new EngineHost(new ProbeFunction((_, _, _) => throw new FunctionException("x", "x", transient: false)));
        var id = await engine.SendAsync("a", "the body");
        await engine.RunAsync();
        Damage.Flip(engine.DataPath, (await engine.FindAsync(id)).Payload!);

        var refused = Assert.IsType<ReplayResult.PayloadGone>(
            await engine.Get<Replayer>().ReplayEditedAsync(id, "ann", null, Encoding.UTF8.GetBytes("{}"), null, Cancellation));

        Assert.StartsWith("The archived payload is damaged: ", refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_event_whose_function_is_gone_is_refused_and_stays_as_it_is()
    {
        await using var engine = new EngineHost(new ProbeFunction((_, _, _) => Task.FromResult(Outcome.Succeeded)));
        var id = await FailAsync(engine, "gone", "forgotten");
        var replayer = engine.Get<Replayer>();

        Assert.Equal(new ReplayResult.FunctionUnknown("gone"), await replayer.ReplayAsync(id, "ann", null, force: false, Cancellation));
        Assert.Equal(new ReplayResult.FunctionUnknown("gone"), await replayer.ReplayEditedAsync(id, "ann", null, Encoding.UTF8.GetBytes("{}"), null, Cancellation));

        var record = await engine.FindAsync(id);
        Assert.Equal(EventStatus.Failed, record.Status);
        Assert.Empty(record.History);
    }

    [Fact]
    public async Task An_event_whose_function_has_another_name_goes_where_its_topic_leads()
    {
        await using var engine = new EngineHost(new ProbeFunction((_, _, _) => Task.FromResult(Outcome.Succeeded)));
        var id = await FailAsync(engine, "gone", "probe");

        Assert.Equal(new ReplayResult.Sent(id, "probe"), await engine.Get<Replayer>().ReplayAsync(id, "ann", null, force: false, Cancellation));
        await engine.RunAsync();

        Assert.Equal(EventStatus.Succeeded, (await engine.FindAsync(id)).Status);
    }

    /// <summary>A failed event whose function existed when it arrived.</summary>
    private static async Task<EventId> FailAsync(EngineHost engine, string function, string topic)
    {
        var id = (await engine.Get<EventIntake>().AcceptAsync(engine.Delivery("a", topic: topic) with { Function = function }, Cancellation)).Id;
        var now = engine.Time.GetUtcNow();
        var claimed = Assert.IsType<ClaimResult.Claimed>(await engine.Ledger.ClaimAsync(new Claim((await engine.FindAsync(id)).Event, null, now, now.AddMinutes(1)), Cancellation));
        var attempt = claimed.Record.Attempts[^1] with { EndedAt = now, Outcome = EventStatus.Failed };
        Assert.True(await engine.Ledger.CompleteAsync(new Completion(id, attempt, null, []), Cancellation));
        return id;
    }

    private static async Task RunToTheEndAsync(EngineHost engine, EventId id)
    {
        while (!(await engine.FindAsync(id)).Status.IsFinal())
        {
            await engine.RunAsync();
            engine.Time.Advance(TimeSpan.FromMinutes(15));
        }
    }
}
