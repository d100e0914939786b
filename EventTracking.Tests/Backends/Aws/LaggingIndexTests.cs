using System.Text;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Intake;
using EventTracking.Core.Processing;
using EventTracking.Core.Waiting;

namespace EventTracking.Tests.Backends.Aws;

/// <summary>DynamoDB's index by dependency shows an event a moment after it began to wait. Emulators show it at once.</summary>
public sealed class LaggingIndexTests(AwsBackend backend) : IClassFixture<AwsBackend>
{
    private static readonly TimeSpan Lag = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(5);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_begins_to_wait_just_before_the_entity_arrives_is_released_without_a_sweep()
    {
        var product = new EntityKey("product", Sample.Name("id"));
        EventId late = default;
        backend.Handler = async (_, _, _) => await backend.Entities.ExistsAsync(product, Cancellation) ? Outcome.Succeeded : Outcome.WaitFor(product);
        backend.Import = async context =>
        {
            // Another event begins to wait while the import runs, and leaves the rest to it.
            late = await SendAsync();
            Assert.Equal(1, await RunAsync("probe"));
            Lagging(TimeProvider.System.GetTimestamp());
            backend.Entities.Add(product);
            Assert.Equal(0, await backend.Get<DependencyReleaser>().ReleaseAsync(product, context.Event.Id.ToString(), Cancellation));
            return Outcome.Succeeded;
        };
        var first = await SendAsync();
        Assert.Equal(1, await RunAsync("probe"));

        Assert.Equal(1, await RunAsync("import"));

        Assert.Equal((EventStatus.Queued, EventStatus.Queued), (await StatusAsync(first), await StatusAsync(late)));
        while (await RunAsync("probe") > 0)
        {
        }

        Assert.Equal((EventStatus.Succeeded, EventStatus.Succeeded), (await StatusAsync(first), await StatusAsync(late)));
    }

    /// <summary>From now on and for the time of the lag, nobody waits as far as the index knows.</summary>
    private void Lagging(long since) => backend.Traffic.Response = (operation, body) =>
        operation == "Query" && body.Contains("by-dependency", StringComparison.Ordinal) && TimeProvider.System.GetElapsedTime(since) < Lag
            ? AwsResponse.Succeed("""{"Items":[],"Count":0,"ScannedCount":0}""", () => { })
            : null;

    private async Task<EventId> SendAsync() => (await backend.Get<EventIntake>().AcceptAsync(
        new Delivery
        {
            Source = "test",
            Account = "account",
            Topic = "probe",
            DeliveryId = Sample.Name("delivery"),
            TriggeredAt = TimeProvider.System.GetUtcNow(),
            Body = Encoding.UTF8.GetBytes("{}"),
        },
        Cancellation)).Id;

    private Task<int> RunAsync(string function) => backend.Get<BatchPump>().RunAsync(backend.Get<FunctionRegistry>().Find(function)!, Wait, Cancellation);

    private async Task<EventStatus> StatusAsync(EventId id) => Assert.IsType<EventRecord>(await backend.Ledger.FindAsync(id, Cancellation)).Status;
}
