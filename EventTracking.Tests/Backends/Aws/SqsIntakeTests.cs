using System.Net;
using System.Text;
using EventTracking.Core.Events;
using EventTracking.Core.Intake;
using EventTracking.Core.Queue;
using EventTracking.Core.Resilience;

namespace EventTracking.Tests.Backends.Aws;

/// <summary>What intake guarantees with record and item in two services, and what it costs.</summary>
public sealed class SqsIntakeTests(AwsBackend backend) : IClassFixture<AwsBackend>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("PutItem")]
    [InlineData("SendMessageBatch")]
    public async Task Promises_nothing_unless_both_are_durable(string broken)
    {
        var metadata = Sample.Event(backend.Now);
        await backend.UrlAsync(metadata.Function);
        backend.Traffic.Response = (operation, _) => operation == broken ? Down() : null;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => backend.Intake.AcceptAsync([Sample.New(metadata)], Cancellation));
        backend.Traffic.Response = null;

        // A message that the first call may have sent proves nothing about the second call.
        while (await backend.Queue.ReceiveAsync(metadata.Function, 10, TimeSpan.FromMinutes(1), TimeSpan.Zero, Cancellation) is { Count: > 0 } early)
        {
            await backend.Queue.AcknowledgeAsync(early, Cancellation);
        }

        Assert.Single(await backend.Intake.AcceptAsync([Sample.New(metadata)], Cancellation));

        Assert.NotNull(await backend.Ledger.FindAsync(metadata.Id, Cancellation));
        Assert.NotEmpty(await backend.Queue.ReceiveAsync(metadata.Function, 10, TimeSpan.FromMinutes(1), TimeSpan.Zero, Cancellation));
    }

    [Fact]
    public async Task Takes_in_a_hundred_at_once_with_ten_messages_a_request()
    {
        var function = Sample.Name("function");
        List<NewEvent> events = [.. Enumerable.Range(0, 100).Select(_ => Sample.New(Sample.Event(backend.Now, function)))];
        await backend.UrlAsync(function);
        var before = backend.Traffic.Count("SendMessageBatch");

        var accepted = await backend.Intake.AcceptAsync(events, Cancellation);

        Assert.All(accepted, acceptance => Assert.Equal(new Acceptance(true, EventStatus.Queued), acceptance));
        Assert.Equal(10, backend.Traffic.Count("SendMessageBatch") - before);
        Assert.Equal(100, (await backend.Queue.GetDepthAsync(function, Cancellation)).Items);
    }

    [Fact]
    public async Task An_event_costs_little()
    {
        var function = Sample.Name("function");
        await backend.UrlAsync(function);
        await backend.Queue.ReceiveAsync(function, 10, TimeSpan.FromMinutes(1), TimeSpan.Zero, Cancellation);
        var before = backend.Traffic.Operations.Count;
        for (var number = 0; number < 10; number++)
        {
            await backend.Intake.AcceptAsync([Sample.New(Sample.Event(backend.Now, function))], Cancellation);
        }

        var items = await backend.Queue.ReceiveAsync(function, 10, TimeSpan.FromMinutes(1), TimeSpan.Zero, Cancellation);
        await backend.Archive.AppendAsync([.. items.Select(item => item.Item.Payload!)], Cancellation);
        await backend.Queue.AcknowledgeAsync(items, Cancellation);

        Assert.Equal(10, items.Count);
        var sent = backend.Traffic.Operations.Skip(before).CountBy(operation => operation).ToDictionary();
        Assert.Equal(1, sent["PUT"]);
        Assert.Equal(12, sent.Where(pair => pair.Key.Contains("Message", StringComparison.Ordinal) || pair.Key.Contains("Queue", StringComparison.Ordinal)).Sum(pair => pair.Value));
    }

    private static HttpResponseMessage Down() =>
        new(HttpStatusCode.ServiceUnavailable) { Content = new StringContent("{}", Encoding.UTF8, "application/x-amz-json-1.0") };
}
