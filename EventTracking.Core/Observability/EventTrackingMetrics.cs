using System.Diagnostics.Metrics;

namespace EventTracking.Core.Observability;

/// <summary>The instruments of the product, declared in one place so that their names stay one vocabulary.</summary>
internal sealed class EventTrackingMetrics
{
    public const string MeterName = "EventTracking";

    public const string ReceivedEvents = "events.received";
    public const string DuplicateEvents = "events.duplicates";
    public const string Outcomes = "events.outcomes";
    public const string Replays = "events.replays";
    public const string FencedAttempts = "events.fenced";
    public const string QueueAge = "events.queued";
    public const string HandlerTime = "events.handling";
    public const string CompletionTime = "events.completion";
    public const string ConnectorCalls = "connector.calls";
    public const string ConnectorThrottles = "connector.throttles";
    public const string FoundDrift = "drift.found";
    public const string MendedDrift = "drift.mended";

    public const string Source = "source";
    public const string Function = "function";
    public const string Status = "status";
    public const string Connector = "connector";

    private readonly Counter<long> received;
    private readonly Counter<long> duplicates;
    private readonly Counter<long> outcomes;
    private readonly Counter<long> replays;
    private readonly Counter<long> fenced;
    private readonly Histogram<double> queued;
    private readonly Histogram<double> handling;
    private readonly Histogram<double> completion;
    private readonly Counter<long> connectorCalls;
    private readonly Counter<long> connectorThrottles;
    private readonly Counter<long> foundDrift;
    private readonly Counter<long> mendedDrift;

    public EventTrackingMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        received = meter.CreateCounter<long>(ReceivedEvents, "{event}", "Events made durable for the first time");
        duplicates = meter.CreateCounter<long>(DuplicateEvents, "{event}", "Deliveries recognised as repeats");
        outcomes = meter.CreateCounter<long>(Outcomes, "{event}", "Attempts ended, by status");
        replays = meter.CreateCounter<long>(Replays, "{event}", "Events sent again, by kind");
        fenced = meter.CreateCounter<long>(FencedAttempts, "{attempt}", "Attempts whose outcome came too late to count");
        queued = meter.CreateHistogram<double>(QueueAge, "ms", "Time from sending a work item to its receipt");
        handling = meter.CreateHistogram<double>(HandlerTime, "ms", "Time a function took for one attempt");
        completion = meter.CreateHistogram<double>(CompletionTime, "ms", "Time from receipt to a final state");
        connectorCalls = meter.CreateCounter<long>(ConnectorCalls, "{call}", "HTTP calls to Shopify and Brightpearl, by status");
        connectorThrottles = meter.CreateCounter<long>(ConnectorThrottles, "{call}", "Calls answered with a throttle");
        foundDrift = meter.CreateCounter<long>(FoundDrift, "{product}", "Products sent to be mended, since their quantities differ");
        mendedDrift = meter.CreateCounter<long>(MendedDrift, "{product}", "Quantities that a reconciliation set right");
    }

    public void Received(string source, string function) => received.Add(1, new(Source, source), new(Function, function));

    public void Duplicate(string source, string function) => duplicates.Add(1, new(Source, source), new(Function, function));

    public void Ended(string source, string function, string status, TimeSpan handled)
    {
        outcomes.Add(1, new(Source, source), new(Function, function), new(Status, status));
        handling.Record(handled.TotalMilliseconds, Of(function));
    }

    public void Completed(string function, TimeSpan sinceReceipt) => completion.Record(sinceReceipt.TotalMilliseconds, Of(function));

    public void Queued(string function, TimeSpan sinceSent) => queued.Record(Math.Max(0, sinceSent.TotalMilliseconds), Of(function));

    public void Replayed(string function, string kind) => replays.Add(1, new(Function, function), new("kind", kind));

    public void Fenced(string function) => fenced.Add(1, Of(function));

    public void ConnectorCalled(string connector, string status) => connectorCalls.Add(1, new(Connector, connector), new(Status, status));

    public void ConnectorThrottled(string connector) => connectorThrottles.Add(1, new KeyValuePair<string, object?>(Connector, connector));

    public void DriftFound(int products)
    {
        if (products > 0)
        {
            foundDrift.Add(products);
        }
    }

    public void DriftMended() => mendedDrift.Add(1);

    private static KeyValuePair<string, object?> Of(string function) => new(Function, function);
}
