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

/// <summary>Events whose record, item and payload are in three services, and what happens to them.</summary>
public abstract class AwsEvents(AwsEmulators emulators) : IAsyncLifetime
{
    private protected static EntityKey Product { get; } = new("product", "1008");

    private protected static TimeSpan Minute { get; } = TimeSpan.FromMinutes(1);

    private protected AwsBackend Backend { get; } = new(emulators);

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected IWorkQueue Queue => Backend.Get<IWorkQueue>();

    private protected Sweeper Sweeper => Backend.Get<Sweeper>();

    public ValueTask InitializeAsync() => Backend.InitializeAsync();

    public ValueTask DisposeAsync() => Backend.DisposeAsync();

    private protected static HttpResponseMessage Down() => Response(HttpStatusCode.ServiceUnavailable, "{}");

    private protected static HttpResponseMessage Response(HttpStatusCode status, string json) =>
        new(status) { Content = new StringContent(json, Encoding.UTF8, "application/x-amz-json-1.0") };

    private protected async Task<EventId> AcceptAsync(string body = "{}")
    {
        var delivery = new Delivery
        {
            Source = "test",
            Account = "account",
            Topic = "probe",
            DeliveryId = Sample.Name("delivery"),
            TriggeredAt = Backend.Time.GetUtcNow(),
            Body = Encoding.UTF8.GetBytes(body),
        };
        return (await Backend.Get<EventIntake>().AcceptAsync(delivery, Cancellation)).Id;
    }

    /// <summary>Runs the given number of a function's items.</summary>
    private protected async Task RunAsync(string function, int items)
    {
        var registered = Backend.Get<FunctionRegistry>().Find(function)!;
        for (var run = 0; run < items;)
        {
            var count = await Backend.Get<BatchPump>().RunAsync(registered, TimeSpan.FromSeconds(5), Cancellation);
            Assert.NotEqual(0, count);
            run += count;
        }
    }

    private protected Task<IReadOnlyList<ReceivedItem>> ReceiveAsync(string function) => Queue.ReceiveAsync(function, 10, Minute, TimeSpan.Zero, Cancellation);

    private protected async Task RequeueAsync(EventId id, DateTimeOffset at) => Assert.IsType<TransitionResult.Done>(
        await Backend.Ledger.RequeueAsync(new Requeue(id, [EventStatus.Failed], null, new HistoryEntry(HistoryEntryKind.Replay, "ann", at, null, 0)), Cancellation));

    private protected async Task<EventRecord> FindAsync(EventId id) => Assert.IsType<EventRecord>(await Backend.Ledger.FindAsync(id, Cancellation));

    private protected Task<EventRecord[]> FindAsync(params EventId[] ids) => Task.WhenAll(ids.Select(id => FindAsync(id)));
}
