using System.Text;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Intake;
using EventTracking.Core.Payloads;
using EventTracking.Core.Processing;
using EventTracking.Core.Queue;
using EventTracking.Core.Replay;

namespace EventTracking.Tests.Backends.Aws;

/// <summary>The engine on the AWS backend, from a delivery to its final state and through a replay.</summary>
public sealed class AwsEngineTests(AwsBackend backend) : IClassFixture<AwsBackend>
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(5);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Runs_an_event_archives_its_payload_and_replays_it_from_there()
    {
        List<string> bodies = [];
        backend.Handler = (body, _, _) =>
        {
            bodies.Add(body);
            return bodies.Count == 1 ? throw new FunctionException("not today", "test/no", transient: false) : Task.FromResult(Outcome.Succeeded);
        };
        var id = (await backend.Get<EventIntake>().AcceptAsync(Delivery("""{"a":"ü"}"""), Cancellation)).Id;

        await RunAsync();
        var failed = await FindAsync(id);
        Assert.Equal(EventStatus.Failed, failed.Status);
        Assert.IsType<PayloadRead.Available>(await backend.Archive.ReadAsync(Assert.IsType<PayloadPointer>(failed.Payload), Cancellation));

        var puts = backend.Traffic.Count("PUT");
        Assert.IsType<ReplayResult.Sent>(await backend.Get<Replayer>().ReplayAsync(id, "ann", "again", force: false, Cancellation));
        await RunAsync();

        // The item of a replay carries the pointer, so the payload is not archived again.
        Assert.Equal(puts, backend.Traffic.Count("PUT"));
        Assert.Equal(EventStatus.Succeeded, (await FindAsync(id)).Status);
        Assert.Equal(["""{"a":"ü"}""", """{"a":"ü"}"""], bodies);
        Assert.Equal(new QueueDepth(0, 0), await backend.Queue.GetDepthAsync("probe", Cancellation));
    }

    [Fact]
    public async Task Acknowledges_the_second_item_of_a_repeated_delivery()
    {
        var runs = 0;
        backend.Handler = (_, _, _) =>
        {
            runs++;
            return Task.FromResult(Outcome.Succeeded);
        };
        var delivery = Delivery("{}");
        var first = await backend.Get<EventIntake>().AcceptAsync(delivery, Cancellation);
        await RunAsync();

        var second = await backend.Get<EventIntake>().AcceptAsync(delivery, Cancellation);
        await RunAsync();

        Assert.Equal((first.Id, true), (second.Id, second.Duplicate));
        Assert.Equal((1, 1), (runs, (await FindAsync(first.Id)).AttemptCount));
        Assert.Equal(new QueueDepth(0, 0), await backend.Queue.GetDepthAsync("probe", Cancellation));
    }

    [Fact]
    public async Task Stores_and_runs_a_delivery_whose_texts_no_item_and_no_message_could_hold()
    {
        backend.Handler = (_, _, _) => Task.FromResult(Outcome.Succeeded);
        var text = new string('t', 1_000_000);
        var delivery = Delivery("{}") with
        {
            Account = text,
            Topic = text,
            Function = "probe",
            DeliveryId = text + Sample.Name("delivery"),
            Entity = new EntityKey("product", text),
            CorrelationId = text,
            Headers = new Dictionary<string, string> { ["x-text"] = text },
        };

        var id = (await backend.Get<EventIntake>().AcceptAsync(delivery, Cancellation)).Id;
        await RunAsync();

        Assert.Equal(EventStatus.Succeeded, (await FindAsync(id)).Status);
    }

    private static Delivery Delivery(string body) => new()
    {
        Source = "test",
        Account = "account",
        Topic = "probe",
        DeliveryId = Sample.Name("delivery"),
        TriggeredAt = TimeProvider.System.GetUtcNow(),
        Body = Encoding.UTF8.GetBytes(body),
    };

    private async Task RunAsync()
    {
        var function = backend.Get<FunctionRegistry>().Find("probe")!;
        Assert.Equal(1, await backend.Get<BatchPump>().RunAsync(function, Wait, Cancellation));
    }

    private async Task<EventRecord> FindAsync(EventId id) => Assert.IsType<EventRecord>(await backend.Ledger.FindAsync(id, Cancellation));
}
