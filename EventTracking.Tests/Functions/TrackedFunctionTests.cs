using System.Text;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Payloads;
using EventTracking.Core.Queue;
using EventTracking.Testing.Functions;

namespace EventTracking.Tests.Functions;

public class TrackedFunctionTests
{
    private static readonly TimeSpan CheckpointInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_success_leaves_its_steps_in_the_record()
    {
        await using var engine = new EngineHost(new ProbeFunction((message, context, _) =>
        {
            context.Step("looked at " + message);
            return Task.FromResult(Outcome.Succeeded);
        }));
        var id = await engine.SendAsync("a", "body");

        await engine.RunAsync();

        var record = await engine.FindAsync(id);
        Assert.Equal(EventStatus.Succeeded, record.Status);
        var attempt = Assert.Single(record.Attempts);
        Assert.Equal((1, EventStatus.Succeeded), (attempt.Number, attempt.Outcome));
        Assert.Equal(["looked at body"], attempt.Steps.Select(step => step.Name));
        Assert.Null(attempt.Failure);
        Assert.Equal(new QueueDepth(0, 0), await engine.Get<IWorkQueue>().GetDepthAsync("probe", Cancellation));
    }

    [Fact]
    public async Task The_payload_is_archived_before_the_function_runs()
    {
        EngineHost? engine = null;
        byte[]? archived = null;
        await using var started = engine = new EngineHost(new ProbeFunction(async (_, context, cancellationToken) =>
        {
            var record = await engine!.FindAsync(context.Event.Id);
            var read = await engine.Get<IPayloadArchive>().ReadAsync(record.Payload!, cancellationToken);
            archived = Assert.IsType<PayloadRead.Available>(read).Payload.Body.ToArray();
            return Outcome.Succeeded;
        }));
        await engine.SendAsync("a", "{ \"spaces\" :  1 }");

        await engine.RunAsync();

        Assert.Equal("{ \"spaces\" :  1 }", Encoding.UTF8.GetString(archived!));
    }

    [Fact]
    public async Task A_transient_failure_is_retried_with_backoff_and_then_fails()
    {
        await using var engine = new EngineHost(new ProbeFunction((_, context, _) =>
        {
            context.Step("asked the shop");
            throw new TimeoutException("the shop is slow", new IOException("connection reset"));
        }));
        var id = await engine.SendAsync("a");

        for (var attempt = 1; attempt <= 6; attempt++)
        {
            Assert.Equal(1, await engine.RunAsync());
            var between = await engine.FindAsync(id);
            Assert.Equal(attempt < 6 ? EventStatus.Retrying : EventStatus.Failed, between.Status);
            engine.Time.Advance(TimeSpan.FromMinutes(15));
        }

        var record = await engine.FindAsync(id);
        Assert.Equal([1, 2, 3, 4, 5, 6], record.Attempts.Select(attempt => attempt.Number));
        var failure = record.Error!;
        Assert.Equal("TimeoutException", failure.Type);
        Assert.Equal(["IOException: connection reset"], failure.Causes);
        Assert.Equal("asked the shop", failure.Step);
        Assert.True(failure.Transient);
        Assert.Single(record.Attempts.Select(attempt => attempt.Failure!.Fingerprint).Distinct());
        Assert.Equal(0, await engine.RunAsync());
    }

    [Fact]
    public async Task A_retry_waits_for_what_the_other_side_asked()
    {
        await using var engine = new EngineHost(new ProbeFunction((_, _, _) =>
            throw new FunctionException("slow down", "shop/throttled", transient: true) { RetryAfter = TimeSpan.FromMinutes(3) }));
        await engine.SendAsync("a");
        await engine.RunAsync();

        engine.Time.Advance(TimeSpan.FromMinutes(2.9));
        Assert.Equal(0, await engine.RunAsync());
        engine.Time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(1, await engine.RunAsync());
    }

    [Fact]
    public async Task A_permanent_failure_fails_at_once()
    {
        await using var engine = new EngineHost(new ProbeFunction((_, _, _) =>
            throw new FunctionException("no such product", "import/none", transient: false)));
        var id = await engine.SendAsync("a");

        await engine.RunAsync();

        var record = await engine.FindAsync(id);
        Assert.Equal(EventStatus.Failed, record.Status);
        Assert.Equal("import/none", record.Error!.Code);
        Assert.Equal(new QueueDepth(0, 0), await engine.Get<IWorkQueue>().GetDepthAsync("probe", Cancellation));
    }

    [Fact]
    public async Task A_handler_that_ignores_its_deadline_leaves_its_trace()
    {
        var never = new TaskCompletionSource<Outcome>();
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var engine = new EngineHost(new ProbeFunction((_, context, _) =>
        {
            context.Step("waiting for a call that never ends");
            entered.SetResult();
            return never.Task;
        }));
        var id = await engine.SendAsync("a");

        await RunIntoDeadlineAsync(engine, entered.Task);

        var record = await engine.FindAsync(id);
        Assert.Equal(EventStatus.Retrying, record.Status);
        Assert.Equal("deadline", record.Error!.Code);
        Assert.Contains("waiting for a call that never ends", record.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Less_than_a_millisecond_before_its_deadline_a_handler_is_waited_for_without_spinning()
    {
        var never = new TaskCompletionSource<Outcome>();
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var engine = new EngineHost(new ProbeFunction((_, _, _) =>
        {
            entered.SetResult();
            return never.Task;
        }));
        var id = await engine.SendAsync("a");

        // The clock stands still, so waiting for the rest of the millisecond would never end.
        await RunIntoDeadlineAsync(engine, entered.Task, TimeSpan.FromMicroseconds(500)).WaitAsync(Patience, Cancellation);

        Assert.Equal("deadline", (await engine.FindAsync(id)).Error!.Code);
    }

    [Fact]
    public async Task Steps_are_written_while_a_function_runs_long()
    {
        var end = new TaskCompletionSource<Outcome>();
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var engine = new EngineHost(new ProbeFunction((_, context, _) =>
        {
            context.Step("halfway");
            entered.SetResult();
            return end.Task;
        }));
        var id = await engine.SendAsync("a");

        var run = engine.RunAsync();
        await entered.Task;
        await engine.Time.BegunAsync(CheckpointInterval);
        Assert.Empty((await engine.FindAsync(id)).Attempts[^1].Steps);
        engine.Time.Advance(CheckpointInterval);
        // Once the function waits for the next interval, everything from this one has been written.
        await engine.Time.BegunAsync(CheckpointInterval);

        var record = await engine.FindAsync(id);
        Assert.Equal(EventStatus.Processing, record.Status);
        Assert.Equal("halfway", record.Attempts[^1].Steps[0].Name);
        end.SetResult(Outcome.Succeeded);
        await run;
    }

    [Fact]
    public async Task Secrets_are_masked_in_what_is_recorded()
    {
        await using var engine = new EngineHost(new ProbeFunction((_, context, _) =>
        {
            context.Step("called with " + EngineHost.Secret);
            throw new InvalidOperationException("token " + EngineHost.Secret, new IOException(EngineHost.Secret));
        }));
        var id = await engine.SendAsync("a");

        await engine.RunAsync();

        var record = await engine.FindAsync(id);
        var failure = record.Error!;
        Assert.Equal("token ***", failure.Message);
        Assert.Equal(["IOException: ***"], failure.Causes);
        Assert.Equal("called with ***", failure.Step);
        Assert.DoesNotContain(EngineHost.Secret, string.Concat(record.Attempts[^1].Steps.Select(step => step.Name)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Secrets_are_masked_where_a_text_is_cut()
    {
        var text = new string('x', 990) + EngineHost.Secret;
        await using var engine = new EngineHost(new ProbeFunction((_, _, _) => throw new InvalidOperationException(text, new IOException(text))));
        var id = await engine.SendAsync("a");

        await engine.RunAsync();

        var failure = (await engine.FindAsync(id)).Error!;
        Assert.EndsWith("x***", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(EngineHost.Secret[..3], Assert.Single(failure.Causes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_subclass_redefines_how_failures_are_told()
    {
        await using var engine = new EngineHost(new ProbeFunction((_, _, _) => throw new IOException("x"))
        {
            Describe = (_, failure) => failure with { Code = "own/code", Transient = false },
        });
        var id = await engine.SendAsync("a");

        await engine.RunAsync();

        var record = await engine.FindAsync(id);
        Assert.Equal((EventStatus.Failed, "own/code"), (record.Status, record.Error!.Code));
    }

    [Fact]
    public async Task A_handler_that_blocks_before_its_first_await_is_ended_by_its_deadline()
    {
        using var blocked = new ManualResetEventSlim();
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var engine = new EngineHost(new ProbeFunction((_, _, _) =>
        {
            entered.SetResult();
            blocked.Wait(Patience, CancellationToken.None);
            return Task.FromResult(Outcome.Succeeded);
        }));
        var id = await engine.SendAsync("a");

        await RunIntoDeadlineAsync(engine, entered.Task);
        blocked.Set();

        Assert.Equal("deadline", (await engine.FindAsync(id)).Error!.Code);
    }

    [Fact]
    public async Task Attempts_that_died_without_a_trace_count()
    {
        var runs = 0;
        await using var engine = new EngineHost(new ProbeFunction((_, _, _) =>
        {
            runs++;
            return Task.FromResult(Outcome.Succeeded);
        }));
        var id = await engine.SendAsync("a");
        for (var attempt = 1; attempt <= 6; attempt++)
        {
            var record = await engine.FindAsync(id);
            var now = engine.Time.GetUtcNow();
            Assert.IsType<ClaimResult.Claimed>(await engine.Ledger.ClaimAsync(new Claim(record.Event, null, now, now) { Over = attempt - 1 }, Cancellation));
        }

        await engine.RunAsync();

        Assert.Equal(0, runs);
        var failed = await engine.FindAsync(id);
        Assert.Equal((EventStatus.Failed, "attempts-used-up"), (failed.Status, failed.Error!.Code));
    }

    [Fact]
    public async Task An_event_that_no_function_asked_for_is_kept_and_ignored()
    {
        await using var engine = new EngineHost(new ProbeFunction((_, _, _) => Task.FromResult(Outcome.Succeeded)));
        var id = await engine.SendAsync("a", topic: "nobody/cares");

        await engine.RunAsync("unrouted");

        var record = await engine.FindAsync(id);
        Assert.Equal(EventStatus.Ignored, record.Status);
        Assert.IsType<PayloadRead.Available>(await engine.Get<IPayloadArchive>().ReadAsync(record.Payload!, Cancellation));
    }

    private static async Task RunIntoDeadlineAsync(EngineHost engine, Task entered, TimeSpan early = default)
    {
        var run = engine.RunAsync();
        await entered;
        await engine.Time.BegunAsync(CheckpointInterval);
        engine.Time.Advance(new FunctionSettings().Timeout - early);
        await engine.Time.BegunAsync(Grace);
        engine.Time.Advance(Grace);
        await run;
    }
}
