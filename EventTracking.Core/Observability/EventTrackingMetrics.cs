using System.Diagnostics.Metrics;

namespace EventTracking.Core.Observability;

/// <summary>The instruments of the engine, declared in one place so that their names stay consistent.</summary>
internal sealed class EventTrackingMetrics
{
    public const string ReceivedEvents = "events.received";
    public const string DuplicateEvents = "events.duplicates";
    public const string Outcomes = "events.outcomes";
    public const string Replays = "events.replays";
    public const string FencedAttempts = "events.fenced";
    public const string Postponements = "events.postponed";
    public const string FailureGroups = "failure.groups";
    public const string UnknownForms = "store.unknown";
    public const string QueueAge = "events.queued";
    public const string HandlerTime = "events.handling";
    public const string CompletionTime = "events.completion";

    public const string Source = "source";
    public const string Function = "function";
    public const string Status = "status";

    private readonly Counter<long> received;
    private readonly Counter<long> duplicates;
    private readonly Counter<long> outcomes;
    private readonly Counter<long> replays;
    private readonly Counter<long> fenced;
    private readonly Counter<long> postponed;
    private readonly Counter<long> failureGroups;
    private readonly Counter<long> unknown;
    private readonly Histogram<double> queued;
    private readonly Histogram<double> handling;
    private readonly Histogram<double> completion;

    public EventTrackingMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(EventTrackingMeter.Name);
        received = meter.CreateCounter<long>(ReceivedEvents, "{event}", "Events made durable for the first time");
        duplicates = meter.CreateCounter<long>(DuplicateEvents, "{event}", "Deliveries recognized as repeats");
        outcomes = meter.CreateCounter<long>(Outcomes, "{event}", "Attempts ended, by status");
        replays = meter.CreateCounter<long>(Replays, "{event}", "Events sent again, by kind");
        fenced = meter.CreateCounter<long>(FencedAttempts, "{attempt}", "Attempts that lost their lease before their outcome was recorded");
        postponed = meter.CreateCounter<long>(Postponements, "{event}", "Events returned to their queue because a limit was used up");
        failureGroups = meter.CreateCounter<long>(FailureGroups, "{group}", "Failure groups that are new or came back, by kind");
        unknown = meter.CreateCounter<long>(UnknownForms, "{read}", "Reads of what a newer version stored and this one cannot read, by kind");
        queued = meter.CreateHistogram<double>(QueueAge, "ms", "Time from sending a work item to receiving it");
        handling = meter.CreateHistogram<double>(HandlerTime, "ms", "Time a function took for one attempt");
        completion = meter.CreateHistogram<double>(CompletionTime, "ms", "Time from receipt of an event to a final status");
    }

    public void Received(string source, string function) => received.Add(1, new(Source, source), new(Function, function));

    public void Duplicate(string source, string function) => duplicates.Add(1, new(Source, source), new(Function, function));

    public void Ended(string source, string function, string status, TimeSpan handled)
    {
        outcomes.Add(1, new(Source, source), new(Function, function), new(Status, status));
        Record(handling, function, handled);
    }

    public void Completed(string function, TimeSpan sinceReceipt) => Record(completion, function, sinceReceipt);

    public void Queued(string function, TimeSpan sinceSent) => Record(queued, function, sinceSent);

    public void Replayed(string function, string kind) => replays.Add(1, new(Function, function), new("kind", kind));

    public void Fenced(string function) => fenced.Add(1, Of(function));

    public void Postponed(string function) => postponed.Add(1, Of(function));

    public void FailureGroup(string function, bool cameBack) => failureGroups.Add(1, new(Function, function), new("kind", cameBack ? "comeback" : "new"));

    public void Unknown(string kind) => unknown.Add(1, new KeyValuePair<string, object?>("kind", kind));

    /// <summary>Records a time between two moments, of which another host or an earlier clock may have measured the first.</summary>
    private static void Record(Histogram<double> histogram, string function, TimeSpan time) => histogram.Record(Math.Max(0, time.TotalMilliseconds), Of(function));

    private static KeyValuePair<string, object?> Of(string function) => new(Function, function);
}
