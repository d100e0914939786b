using EventTracking.Core.Events;
using EventTracking.Core.Intake;
using EventTracking.Core.Resilience;
using EventTracking.Core.Secrets;

namespace EventTracking.Core.Functions;

/// <summary>What a function knows of the event it runs over, and where it tells what it does.</summary>
public sealed class EventContext
{
    /// <summary>More steps than this are counted, not kept: the record stays small.</summary>
    private const int StepsKept = 50;
    private const int MaxStepLength = 200;

    private readonly EventRecord record;
    private readonly EventIntake intake;
    private readonly SecretRedactor redactor;
    private readonly TimeProvider time;
    private readonly long started;
    private readonly Lock gate = new();
    private readonly List<Step> steps = [];
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

    /// <summary>The event.</summary>
    public EventMetadata Event => record.Event;

    /// <summary>The number of this attempt, from 1, over all replays: part of an idempotency key.</summary>
    public int Attempt => record.AttemptCount;

    /// <summary>How often the event was replayed: part of the delivery ids of events it causes, where a replay is to cause them anew.</summary>
    public int ReplayCount => record.History.Count(entry => entry.Kind != HistoryEntryKind.Dismissal);

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

    /// <summary>Notes that something was done, e.g. <c>availability fetched</c>. Kept in memory and written with the outcome.</summary>
    /// <param name="name">
    /// What was done, with secrets or without: they are masked. The record keeps its first 200 characters, and of more than 50 steps
    /// the first 49 and the last.
    /// </param>
    public void Step(string name)
    {
        name = redactor.Redact(name);
        lock (gate)
        {
            if (steps.Count == StepsKept)
            {
                // The last step tells where an attempt broke off, so it stays exact.
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
    /// Brings in events that this one causes; they carry its correlation. Compose their delivery ids from the event's id,
    /// so that a second run finds those of the first instead of doubling them.
    /// </summary>
    /// <param name="deliveries">What is to become events.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The events, durable, in the order of the deliveries.</returns>
    /// <exception cref="StoreUnavailableException">At least one was not promised; all may be repeated.</exception>
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

    internal void AddEffect(EventId id)
    {
        lock (gate)
        {
            effects.Add(id);
        }
    }
}
