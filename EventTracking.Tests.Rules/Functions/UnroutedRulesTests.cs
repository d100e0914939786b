using System.Text;
using EventTracking.Core;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Intake;
using EventTracking.Core.Replay;
using EventTracking.Testing.Functions;
using EventTracking.Tests.Rules.Events;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Tests.Rules.Functions;

/// <summary>What becomes of events that no function may have.</summary>
public sealed class UnroutedRulesTests : IAsyncDisposable
{
    private readonly Engine engine;
    private int runs;

    public UnroutedRulesTests()
    {
        var probe = new ProbeFunction((_, _, _) =>
        {
            runs++;
            return Task.FromResult(Outcome.Succeeded);
        });
        engine = new Engine((services, _) => services
            .AddSingleton(new RegisteredFunction("probe", new FunctionSettings(), () => probe))
            .AddRoute("test", "probe", "probe")
            .AddRoute("free", "probe", "probe")
            .AddAccount("test", _ => "Acme", "other-account"));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_topic_without_a_function_is_ignored_and_named()
    {
        var record = await RunAsync(Delivery("other"));

        Assert.Equal((EventStatus.Ignored, "No function handles the topic 'other' of 'test'."), (record.Status, record.Attempts[0].Detail));
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("unknown")]
    public async Task A_delivery_without_a_topic_fails_for_good(string topic)
    {
        var record = await RunAsync(Delivery(topic));

        Assert.Equal((EventStatus.Failed, "unknown", "payload/not-understood", false), (record.Status, record.Event.Topic, record.Error?.Code, record.Error?.Transient));
        Assert.Contains("names no topic", record.Error?.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("probe")]
    public async Task A_delivery_for_another_account_reaches_no_function(string? function)
    {
        var record = await RunAsync(Delivery("probe", account: "other") with { Function = function, Entity = Given.Product });

        Assert.Equal((EventRoutes.Unrouted, null, "other"), (record.Event.Function, record.Event.Entity, record.Event.Account));
        Assert.Equal((EventStatus.Ignored, "other-account: the delivery names the account 'other' of 'test', but this service serves 'Acme'."), (record.Status, record.Attempts[0].Detail));
        Assert.Equal(0, runs);
    }

    [Fact]
    public async Task A_replay_does_not_lead_it_to_one_either()
    {
        var record = await RunAsync(Delivery("probe", account: "other"));

        Assert.IsType<ReplayResult.Sent>(await engine.Get<Replayer>().ReplayAsync(record.Id, "ann", "please", force: true, Cancellation));
        var edited = Assert.IsType<ReplayResult.Sent>(await engine.Get<Replayer>().ReplayEditedAsync(record.Id, "ann", "please", "{}"u8.ToArray(), null, Cancellation));
        await engine.RunAsync("probe");
        await engine.RunAsync(EventRoutes.Unrouted);

        Assert.Equal(0, runs);
        Assert.Equal((EventStatus.Ignored, 2), ((await engine.FindAsync(record.Id)).Status, (await engine.FindAsync(record.Id)).AttemptCount));
        Assert.StartsWith("other-account: ", (await engine.FindAsync(edited.Id)).Attempts[0].Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("test", "acme")]
    [InlineData("test", "ACME")]
    [InlineData("free", "other")]
    public async Task A_delivery_for_the_served_account_runs_and_so_does_one_of_a_source_that_serves_all(string source, string account)
    {
        await RunAsync(Delivery("probe", account) with { Source = source });

        Assert.Equal(1, runs);
    }

    [Theory]
    [InlineData("other", 256, "for its account")]
    [InlineData("acme", 256, "for its topic")]
    [InlineData("acme", 100_000, "for its topic")]
    public async Task A_text_beyond_any_real_length_fails_for_good(string account, int length, string reason)
    {
        var text = new string('t', length);
        var delivery = account == "acme" ? Delivery(text) : Delivery("probe", account: text);

        var record = await RunAsync(delivery);

        Assert.Equal((EventStatus.Failed, "payload/too-long", false), (record.Status, record.Error?.Code, record.Error?.Transient));
        Assert.Contains(reason, record.Error?.Message, StringComparison.Ordinal);
        Assert.Equal(0, runs);
    }

    [Fact]
    public async Task A_topic_of_255_characters_is_ignored_as_any_other() =>
        Assert.Equal(EventStatus.Ignored, (await RunAsync(Delivery(new string('t', 255)))).Status);

    public ValueTask DisposeAsync() => engine.DisposeAsync();

    private static Delivery Delivery(string topic, string account = "acme") => new()
    {
        Source = "test",
        Account = account,
        Topic = topic,
        DeliveryId = "delivery",
        TriggeredAt = Given.Now,
        Body = Encoding.UTF8.GetBytes("{}"),
    };

    private async Task<EventRecord> RunAsync(Delivery delivery)
    {
        var accepted = await engine.Get<EventIntake>().AcceptAsync(delivery, Cancellation);
        await engine.RunAsync((await engine.FindAsync(accepted.Id)).Event.Function);
        return await engine.FindAsync(accepted.Id);
    }
}
