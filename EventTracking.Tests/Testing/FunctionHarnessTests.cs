using System.Text;
using EventTracking.Core;
using EventTracking.Core.Events;
using EventTracking.Core.Intake;
using EventTracking.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Tests.Testing;

/// <summary>The harness as an author outside this repository uses it: only through its public surface.</summary>
public sealed class FunctionHarnessTests
{
    private static readonly EntityKey Price = new("price", "7");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_event_waits_for_its_import_and_runs_to_its_end()
    {
        await using var harness = Start(new PriceList());
        var id = await harness.SendAsync(Changed("7"), Cancellation);

        await harness.RunToRestAsync(Cancellation);

        var changed = await harness.GetAsync(id, Cancellation);
        Assert.Equal(EventStatus.Succeeded, changed.Status);
        Assert.Equal([EventStatus.Waiting, EventStatus.Succeeded], changed.Attempts.Select(attempt => attempt.Outcome));
        Assert.Equal("price found", Assert.Single(changed.Attempts[1].Steps).Name);
        Assert.Equal("7", Encoding.UTF8.GetString(changed.Payload.Body.Span));
        Assert.Equal(2, changed.Emitted.Count);
        var import = await harness.GetAsync(changed.Emitted[0], Cancellation);
        Assert.Equal(("price-import", Price, EventStatus.Succeeded), (import.Event.Function, import.Event.Entity, import.Status));
        var release = Assert.Single(changed.History);
        Assert.Equal((HistoryEntryKind.Release, import.Event.Id.ToString()), (release.Kind, release.By));
        var announcement = await harness.GetAsync(changed.Emitted[1], Cancellation);
        Assert.Equal(("announced", EventStatus.Ignored, (EventId?)id), (announcement.Event.Topic, announcement.Status, announcement.Event.CausationId));
        Assert.Equal(3, (await harness.ListAsync(Cancellation)).Count);
    }

    [Fact]
    public async Task A_failure_that_may_pass_is_tried_again_when_its_time_has_come()
    {
        var prices = new PriceList { IsDown = true };
        await using var harness = Start(prices);
        var id = await harness.SendAsync(Changed("7"), Cancellation);

        await harness.RunToRestAsync(Cancellation);

        var retrying = await harness.GetAsync(id, Cancellation);
        Assert.Equal((EventStatus.Retrying, 1), (retrying.Status, retrying.AttemptCount));
        Assert.Equal(("IOException", "The price list is down."), (retrying.Failure!.Type, retrying.Failure.Message));
        Assert.InRange(retrying.RetryAt!.Value, harness.Time.GetUtcNow(), harness.Time.GetUtcNow().AddSeconds(10));

        prices.IsDown = false;
        harness.Time.SetUtcNow(retrying.RetryAt.Value);
        await harness.RunToRestAsync(Cancellation);

        Assert.Equal(EventStatus.Succeeded, (await harness.GetAsync(id, Cancellation)).Status);
    }

    [Fact]
    public async Task A_seed_decides_the_backoff()
    {
        Assert.Equal(await BackoffAsync(1), await BackoffAsync(1));
        Assert.NotEqual(await BackoffAsync(1), await BackoffAsync(2));
    }

    [Fact]
    public async Task A_setting_limits_the_attempts_and_a_replay_runs_a_failed_event_again()
    {
        var prices = new PriceList { IsDown = true };
        await using var harness = Start(prices, new FunctionHarnessOptions { Settings = new Dictionary<string, string?> { ["EventTracking:MaxAttempts"] = "1" } });
        var id = await harness.SendAsync(Changed("7"), Cancellation);
        await harness.RunToRestAsync(Cancellation);
        Assert.Equal(EventStatus.Failed, (await harness.GetAsync(id, Cancellation)).Status);

        prices.IsDown = false;
        await harness.ReplayAsync(id, Cancellation);
        await harness.RunToRestAsync(Cancellation);

        var replayed = await harness.GetAsync(id, Cancellation);
        Assert.Equal(EventStatus.Succeeded, replayed.Status);
        Assert.Equal(HistoryEntryKind.Replay, replayed.History[0].Kind);
    }

    [Fact]
    public async Task A_function_that_is_not_registered_is_named_in_the_error()
    {
        await using var harness = Start(new PriceList());

        var error = await Assert.ThrowsAsync<ArgumentException>(() => harness.RunBatchAsync("prices", Cancellation));

        Assert.StartsWith("No function is registered as 'prices'. Registered are: price-changed, price-import, unrouted.", error.Message, StringComparison.Ordinal);
    }

    private static FunctionHarness Start(PriceList prices, FunctionHarnessOptions? options = null) => new(
        (services, _) =>
        {
            services.AddSingleton(prices);
            services.AddRecordCollection("prices", PriceJson.Default.StoredPrice);
            services.AddDependencyKind<PriceKind>(Price.Kind);
            services.AddFunction<PriceChanged>("price-changed");
            services.AddFunction<PriceImport>("price-import");
            services.AddRoute("shop", "changed", "price-changed");
            services.AddRoute("shop", "import", "price-import");
        },
        options);

    private static Delivery Changed(string id) => new()
    {
        Source = "shop",
        Account = "acme",
        Topic = "changed",
        DeliveryId = "webhook-1",
        Body = Encoding.UTF8.GetBytes(id),
    };

    private static async Task<TimeSpan> BackoffAsync(int seed)
    {
        await using var harness = Start(new PriceList { IsDown = true }, new FunctionHarnessOptions { Seed = seed });
        var id = await harness.SendAsync(Changed("7"), Cancellation);
        await harness.RunToRestAsync(Cancellation);
        return (await harness.GetAsync(id, Cancellation)).RetryAt!.Value - harness.Time.GetUtcNow();
    }
}
