using System.Diagnostics;
using EventTracking.Core.Queue;

namespace EventTracking.Tests.Backends.Aws;

/// <summary>A trace continues across a queue.</summary>
public sealed class MessageTraceTests(AwsBackend backend) : IClassFixture<AwsBackend>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_receives_a_message_learns_what_sent_it()
    {
        var function = Sample.Name("function");
        using var sender = new Activity("sender") { ActivityTraceFlags = ActivityTraceFlags.Recorded }.Start();
        var metadata = Sample.Event(backend.Now, function);

        await backend.Queue.SendAsync([new WorkItem(metadata, Sample.Payload(metadata), null)], TimeSpan.Zero, Cancellation);
        var received = Assert.Single(await backend.Queue.ReceiveAsync(function, 1, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(5), Cancellation));

        Assert.Equal((sender.TraceId, sender.SpanId, ActivityTraceFlags.Recorded), (received.Trace.TraceId, received.Trace.SpanId, received.Trace.TraceFlags));
    }

    [Fact]
    public async Task A_message_that_is_sent_anew_stays_in_its_trace()
    {
        var function = Sample.Name("function");
        var metadata = Sample.Event(backend.Now, function);
        using var sender = new Activity("sender") { ActivityTraceFlags = ActivityTraceFlags.Recorded }.Start();
        await backend.Queue.SendAsync([new WorkItem(metadata, Sample.Payload(metadata), null)], TimeSpan.Zero, Cancellation);
        var received = Assert.Single(await backend.Queue.ReceiveAsync(function, 1, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(5), Cancellation));
        Activity.Current = null;
        using var invocation = new Activity("invocation").Start();

        await backend.Queue.DeferAsync([new Deferral(received with { ReceiveCount = IWorkQueue.ReceivesBeforeSentAnew }, TimeSpan.Zero) { Waits = true }], Cancellation);
        var anew = Assert.Single(await backend.Queue.ReceiveAsync(function, 1, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(5), Cancellation));

        Assert.Equal((1, sender.TraceId, sender.SpanId), (anew.ReceiveCount, anew.Trace.TraceId, anew.Trace.SpanId));
    }

    [Fact]
    public async Task A_message_that_nothing_traced_has_no_trace()
    {
        var function = Sample.Name("function");
        Activity.Current = null;
        var metadata = Sample.Event(backend.Now, function);

        await backend.Queue.SendAsync([new WorkItem(metadata, Sample.Payload(metadata), null)], TimeSpan.Zero, Cancellation);

        Assert.Equal(default, Assert.Single(await backend.Queue.ReceiveAsync(function, 1, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(5), Cancellation)).Trace);
    }
}
