using EventTracking.Core.Events;
using EventTracking.Core.Intake;
using EventTracking.Core.Resilience;
using EventTracking.Core.Secrets;

namespace EventTracking.Core.Functions;

/// <summary>What a function knows about the event that it handles, and where it reports its steps and emits further events.</summary>
public sealed class EventContext
{
    /// <summary>Steps beyond this number are only counted, so that the record stays small.</summary>
    private const int StepsKept = 50;
    private const int MaxStepLength = 200;

    /// <summary>Of more calls than this, the record has the first ones and the last.</summary>
    private const int CallsKept = 20;

    private readonly EventRecord record;
    private readonly EventIntake intake;
    private readonly SecretRedactor redactor;
    private readonly TimeProvider time;
    private readonly long started;
    private readonly Lock gate = new();
    private readonly List<Step> steps = [];
    private readonly List<OutgoingCall> calls = [];
    private readonly List<EventId> effects = [];
    private int dropped;

    internal EventContext(EventRecord record, EventIntake intake, SecretRedactor redactor, TimeProvider time)
    {
        this.record = record;
        this.intake = intake;
        this.redactor = redactor;
        this.time = time;
        started = time.GetTimestamp();
    }

    /// <summary>The metadata of the event.</summary>
    public EventMetadata Event => record.Event;

    /// <summary>The number of this attempt, starting at 1 and counted over all replays. Use it in idempotency keys.</summary>
    public int Attempt => record.AttemptCount;

    /// <summary>
    /// How often the event was replayed or released. Include it in the delivery ids of the events that this one causes if a replay
    /// should cause them again.
    /// </summary>
    public int ReplayCount => record.ReplayCount;

    /// <summary>The batch that the event runs in; null if it runs alone.</summary>
    internal BatchScope? Batch { get; init; }

    /// <summary>
    /// Returns whether the event waited for this entity and was released last, so that the entity has been looked for since the event
    /// arrived. A function that still does not find it may end the event instead of having it wait once more.
    /// </summary>
    public bool WasReleasedFor(EntityKey dependency) => record.History is [.., { Kind: HistoryEntryKind.Release, Reason: { } reason }] && ReleaseReason.IsOf(dependency, reason);

    /// <summary>The values in the payload by which operators search for the event.</summary>
    internal IReadOnlyList<string> Keys { get; set; } = [];

    internal TimeSpan Elapsed => time.GetElapsedTime(started);

    internal string? LastStep
    {
        get
        {
            lock (gate)
            {
                return steps.Count > 0 ? steps[^1].Name : null;
            }
        }
    }

    /// <summary>Records a step, e.g. <c>availability fetched</c>. Steps are kept in memory and written with the outcome; a long attempt also writes them every 10 seconds.</summary>
    /// <param name="name">
    /// What was done; known secrets are masked. The record keeps the first 200 characters. If there are more than
    /// 50 steps, it keeps the first 49 and the last.
    /// </param>
    public void Step(string name)
    {
        name = redactor.Redact(name);
        lock (gate)
        {
            if (steps.Count == StepsKept)
            {
                // The last step shows where an attempt stopped, so it is always kept.
                dropped++;
                steps.RemoveAt(StepsKept - 1);
            }

            steps.Add(new Step((int)Elapsed.TotalMilliseconds, name.Length <= MaxStepLength ? name : name[..MaxStepLength]));
        }
    }

    internal IReadOnlyList<Step> Steps
    {
        get
        {
            lock (gate)
            {
                return dropped == 0 ? [.. steps] : [.. steps, new Step((int)Elapsed.TotalMilliseconds, $"({dropped} steps not kept)")];
            }
        }
    }

    internal IReadOnlyList<OutgoingCall> Calls
    {
        get
        {
            lock (gate)
            {
                return [.. calls];
            }
        }
    }

    internal IReadOnlyList<EventId> Effects
    {
        get
        {
            lock (gate)
            {
                return [.. effects];
            }
        }
    }

    /// <summary>
    /// Emits events that this event causes; they share its correlation id. Compose their delivery ids from this event's id, so
    /// that a second run finds the events of the first run instead of creating duplicates.
    /// </summary>
    /// <param name="deliveries">The deliveries that become events.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The events, which are durable, in the order of the deliveries.</returns>
    /// <exception cref="StoreUnavailableException">At least one event is not guaranteed to be durable; the whole call may be repeated.</exception>
    public async Task<IReadOnlyList<IntakeResult>> EmitAsync(IReadOnlyList<Delivery> deliveries, CancellationToken cancellationToken)
    {
        var caused = deliveries.Select(Caused).ToList();
        var results = await intake.AcceptAsync(caused, cancellationToken);
        lock (gate)
        {
            effects.AddRange(results.Select(result => result.Id));
        }

        return results;
    }

    internal Delivery Caused(Delivery delivery) => delivery with { CausationId = Event.Id, CorrelationId = Event.CorrelationId };

    internal void AddCall(OutgoingCall call)
    {
        lock (gate)
        {
            if (calls.Count == CallsKept)
            {
                calls.RemoveAt(CallsKept - 1);
            }

            calls.Add(call);
        }
    }

    internal void AddEffect(EventId id)
    {
        lock (gate)
        {
            effects.Add(id);
        }
    }
}
