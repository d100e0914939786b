using System.Diagnostics.Metrics;

namespace EventTracking.Core.Observability;

/// <summary>The instruments of the product, declared in one place so that their names stay one vocabulary.</summary>
internal sealed class EventTrackingMetrics
{
    public const string MeterName = "EventTracking";

    private readonly Counter<long> received;
    private readonly Counter<long> duplicates;
    private readonly Counter<long> outcomes;
    private readonly Counter<long> replays;
    private readonly Counter<long> lost;
    private readonly Histogram<double> handling;
    private readonly Histogram<double> completion;
    private readonly Counter<long> connectorCalls;
    private readonly Counter<long> connectorThrottles;

    public EventTrackingMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        received = meter.CreateCounter<long>("events.received", "{event}", "Events made durable for the first time");
        duplicates = meter.CreateCounter<long>("events.duplicates", "{event}", "Deliveries recognised as repeats");
        outcomes = meter.CreateCounter<long>("events.outcomes", "{event}", "Attempts ended, by status");
        replays = meter.CreateCounter<long>("events.replays", "{event}", "Events sent again, by kind");
        lost = meter.CreateCounter<long>("events.fenced", "{attempt}", "Attempts whose outcome came too late to count");
        handling = meter.CreateHistogram<double>("events.handling", "ms", "Time a function took for one attempt");
        completion = meter.CreateHistogram<double>("events.completion", "ms", "Time from receipt to a final state");
        connectorCalls = meter.CreateCounter<long>("connector.calls", "{call}", "HTTP calls to Shopify and Brightpearl, by status");
        connectorThrottles = meter.CreateCounter<long>("connector.throttles", "{call}", "Calls answered with a throttle");
    }

    public void Received(string source, string function) => received.Add(1, new("source", source), new("function", function));

    public void Duplicate(string source, string function) => duplicates.Add(1, new("source", source), new("function", function));

    public void Ended(string function, string status, TimeSpan handled) 
    {
        outcomes.Add(1, new("function", function), new("status", status));
        handling.Record(handled.TotalMilliseconds, new KeyValuePair<string, object?>("function", function));
    }

    public void Completed(string function, TimeSpan sinceReceipt) =>
        completion.Record(sinceReceipt.TotalMilliseconds, new KeyValuePair<string, object?>("function", function));

    public void Replayed(string function, string kind) => replays.Add(1, new("function", function), new("kind", kind));

    public void Fenced(string function) => lost.Add(1, new KeyValuePair<string, object?>("function", function));

    public void ConnectorCalled(string connector, string status) => connectorCalls.Add(1, new("connector", connector), new("status", status));

    public void ConnectorThrottled(string connector) => connectorThrottles.Add(1, new KeyValuePair<string, object?>("connector", connector));
}
