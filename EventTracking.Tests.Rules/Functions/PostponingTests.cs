using EventTracking.Core;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Queue;
using EventTracking.Testing.Functions;
using EventTracking.Tests.Rules.Events;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Tests.Rules.Functions;

/// <summary>Events that wait for a limit which others use up.</summary>
public sealed class PostponingTests
{
    // Half of what was asked is added on top at most, at least a second and at most a minute.
    [Theory]
    [InlineData(20, 0, 0, 20)]
    [InlineData(20, 0, 0.5, 25)]
    [InlineData(0, 0, 1, 1)]
    [InlineData(-5, 0, 0.5, 0.5)]
    [InlineData(200, 0, 1, 260)]
    [InlineData(3600, 0, 0.5, 930)]
    public void An_event_waits_as_long_as_asked_and_a_little_longer(double asked, int earlier, double fraction, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Postponement.DelayOf(TimeSpan.FromSeconds(asked), earlier, fraction));

    [Theory]
    [InlineData(3, 10, 0, 10)]
    [InlineData(3, 10, 0.5, 12.5)]
    [InlineData(30, 10, 0, 30)]
    [InlineData(0, 299, 0, 299)]
    [InlineData(0, 2000, 0, 900)]
    public void The_more_often_it_was_postponed_the_longer_it_waits(double asked, int earlier, double fraction, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Postponement.DelayOf(TimeSpan.FromSeconds(asked), earlier, fraction));

    [Fact]
    public async Task A_postponed_event_is_queued_again_says_why_and_comes_back_in_time()
    {
        await using var engine = new Engine(Postponing(TimeSpan.FromSeconds(20)));
        var id = await engine.SendAsync("event");

        await engine.RunAsync();

        // Half of ten seconds on top.
        var record = await engine.FindAsync(id);
        Assert.Equal((EventStatus.Queued, 1, 1, 0), (record.Status, record.AttemptCount, record.PostponedCount, record.AttemptsSinceReplay));
        Assert.Equal((null, null, null), (record.Error, record.LeaseUntil, record.RetryAt));
        var attempt = Assert.Single(record.Attempts);
        Assert.Equal((EventStatus.Queued, "Postponed for 25.0 s: no calls left"), (attempt.Outcome, attempt.Detail));
        engine.Time.Advance(TimeSpan.FromSeconds(24.999));
        Assert.Equal(0, await engine.RunAsync());
        engine.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, await engine.RunAsync());
        Assert.Equal("Postponed 2 times so far, now for 25.0 s: no calls left", Assert.Single((await engine.FindAsync(id)).Attempts).Detail);
    }

    [Fact]
    public async Task Postponing_takes_neither_an_attempt_nor_backoff()
    {
        var postponed = 0;
        await using var engine = new Engine(new ProbeFunction((_, _) => ++postponed <= 10 ? throw new PostponedException(TimeSpan.Zero, "no calls left") : throw new IOException("reset")));
        var id = await engine.SendAsync("event");
        for (var run = 0; run < 11; run++)
        {
            Assert.Equal(1, await engine.RunAsync());
            engine.Time.Advance(TimeSpan.FromSeconds(20));
        }

        // Half of ten seconds, as after any first attempt, and the numbers go on.
        var record = await engine.FindAsync(id);
        Assert.Equal((EventStatus.Retrying, 11, 10, 1), (record.Status, record.AttemptCount, record.PostponedCount, record.AttemptsSinceReplay));
        Assert.Equal(TimeSpan.FromSeconds(5), record.RetryAt - record.UpdatedAt);
        Assert.Equal([10, 11], record.Attempts.Select(attempt => attempt.Number));
        for (var run = 2; run <= 6; run++)
        {
            Assert.Equal(EventStatus.Retrying, (await engine.FindAsync(id)).Status);
            engine.Time.Advance(TimeSpan.FromMinutes(15));
            Assert.Equal(1, await engine.RunAsync());
        }

        Assert.Equal(EventStatus.Failed, (await engine.FindAsync(id)).Status);
    }

    [Fact]
    public async Task An_event_that_was_postponed_300_times_fails_like_any_other_that_time_may_help()
    {
        await using var engine = new Engine(
            (services, _) => services.AddSingleton(new RegisteredFunction("probe", new FunctionSettings(), () => Postponing(TimeSpan.Zero))).AddRoute("test", "probe", "probe"),
            ("EventTracking:MaxAttempts", "2"));
        var id = await engine.SendAsync("event");
        for (var run = 0; run < 300; run++)
        {
            Assert.Equal(1, await engine.RunAsync());
            engine.Time.Advance(TimeSpan.FromMinutes(16));
        }

        Assert.Equal((EventStatus.Queued, 300), ((await engine.FindAsync(id)).Status, (await engine.FindAsync(id)).PostponedCount));
        await engine.RunAsync();
        var record = await engine.FindAsync(id);
        Assert.Equal((EventStatus.Retrying, "PostponedException", "no calls left", true), (record.Status, record.Error?.Type, record.Error?.Message, record.Error?.Transient));
        engine.Time.Advance(TimeSpan.FromMinutes(16));
        await engine.RunAsync();
        Assert.Equal(EventStatus.Failed, (await engine.FindAsync(id)).Status);
        Assert.Equal(new QueueDepth(0, 0), await engine.DepthAsync("probe"));
    }

    [Fact]
    public async Task Events_behind_a_postponed_one_of_their_entity_wait_along_with_it_untouched()
    {
        List<string> runs = [];
        await using var engine = new Engine(new ProbeFunction((message, _) =>
        {
            runs.Add(message);
            return runs.Count == 1 ? throw new PostponedException(TimeSpan.FromSeconds(8), "no calls left") : Task.FromResult(Outcome.Succeeded);
        }));
        List<EventId> ids = [];
        foreach (var body in (string[])["first", "second", "third"])
        {
            ids.Add(await engine.SendAsync(body, Given.Product));
            engine.Time.Advance(TimeSpan.FromMilliseconds(1));
        }

        await engine.RunAsync();
        Assert.Equal([1, 0, 0], (await Task.WhenAll(ids.Select(engine.FindAsync))).Select(record => record.AttemptCount));
        Assert.Equal(0, await engine.RunAsync());
        engine.Time.Advance(TimeSpan.FromSeconds(10));
        await engine.RunAsync();

        Assert.Equal(["first", "first", "second", "third"], runs);
    }

    [Fact]
    public async Task Wrapped_in_another_exception_it_is_a_failure()
    {
        await using var engine = new Engine(new ProbeFunction((_, _) => throw new FunctionException("broken", "broken", transient: true, new PostponedException(TimeSpan.Zero, "no calls left"))));
        var id = await engine.SendAsync("event");

        await engine.RunAsync();

        Assert.Equal((EventStatus.Retrying, 0), ((await engine.FindAsync(id)).Status, (await engine.FindAsync(id)).PostponedCount));
    }

    [Fact]
    public async Task What_is_postponed_together_comes_back_together()
    {
        await using var engine = new Engine(Postponing(TimeSpan.FromSeconds(20)));
        for (var number = 0; number < 5; number++)
        {
            await engine.SendAsync($"event {number}");
        }

        Assert.Equal(5, await engine.RunAsync());
        engine.Time.Advance(TimeSpan.FromSeconds(25));
        Assert.Equal(5, await engine.RunAsync());
    }

    private static ProbeFunction Postponing(TimeSpan delay) => new((_, _) => throw new PostponedException(delay, "no calls left"));
}
