using System.Diagnostics;
using EventTracking.Core.Events;
using EventTracking.Core.Observability;
using EventTracking.Core.Payloads;
using EventTracking.Core.Resilience;

namespace EventTracking.Core.Intake;

/// <summary>The one way in: turns deliveries into events and makes them durable. A function uses <c>EventContext.EmitAsync</c> instead, which also records the cause.</summary>
public sealed class EventIntake
{
    /// <summary>Distinct changes that may share a delivery id before the id is drawn at random: nothing is ever dropped for it.</summary>
    private const int NumberedOccurrences = 8;

    private static readonly TimeSpan OldestTrigger = TimeSpan.FromDays(3);
    private static readonly TimeSpan FarthestTrigger = TimeSpan.FromMinutes(5);

    private readonly IIntakeStore store;
    private readonly EventRoutes routes;
    private readonly RandomSource random;
    private readonly TimeProvider time;
    private readonly EventTrackingMetrics metrics;

    internal EventIntake(IIntakeStore store, EventRoutes routes, RandomSource random, TimeProvider time, EventTrackingMetrics metrics)
    {
        this.store = store;
        this.routes = routes;
        this.random = random;
        this.time = time;
        this.metrics = metrics;
    }

    /// <summary>Brings in one delivery; its event is durable when this returns. A delivery that is known already changes nothing.</summary>
    /// <exception cref="StoreUnavailableException">Nothing was promised.</exception>
    public async Task<IntakeResult> AcceptAsync(Delivery delivery, CancellationToken cancellationToken) =>
        (await AcceptAsync([delivery], cancellationToken))[0];

    /// <summary>Brings in several at once, which is cheaper than one by one; results come in the order of the deliveries.</summary>
    /// <exception cref="StoreUnavailableException">At least one was not promised; all may be repeated.</exception>
    public async Task<IReadOnlyList<IntakeResult>> AcceptAsync(IReadOnlyList<Delivery> deliveries, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(deliveries);
        var now = time.GetUtcNow();
        var results = new IntakeResult[deliveries.Count];
        var pending = Enumerable.Range(0, deliveries.Count).ToList();
        for (var occurrence = 0; pending.Count > 0; occurrence++)
        {
            var events = new NewEvent[pending.Count];
            for (var i = 0; i < events.Length; i++)
            {
                events[i] = Compose(deliveries[pending[i]], occurrence, now);
            }

            var acceptances = await store.AcceptAsync(events, cancellationToken);
            var repeats = new List<int>();
            for (var i = 0; i < events.Length; i++)
            {
                if (!acceptances[i].Created && IsAnotherChange(deliveries[pending[i]], acceptances[i].Status))
                {
                    repeats.Add(pending[i]);
                    continue;
                }

                results[pending[i]] = Result(events[i].Event, acceptances[i]);
            }

            pending = repeats;
        }

        return results;
    }

    /// <summary>The id that a delivery with a unique delivery id gets.</summary>
    internal EventId IdOf(Delivery delivery) => IdOf(delivery, 0, time.GetUtcNow());

    /// <summary>
    /// A delivery id that is not unique names a second, real change as soon as the first has been read: its reader may have
    /// looked before the change. The stored status is told by the very write that was refused, so there is no gap.
    /// </summary>
    private static bool IsAnotherChange(Delivery delivery, EventStatus first) =>
        !delivery.DeliveryIdIsUnique && first != EventStatus.Queued;

    private EventId IdOf(Delivery delivery, int occurrence, DateTimeOffset now) =>
        EventId.ForDelivery(delivery.Source, delivery.Account, occurrence switch
        {
            0 => delivery.DeliveryId,
            < NumberedOccurrences => $"{delivery.DeliveryId}#{occurrence}",
            _ => $"{delivery.DeliveryId}#{random.NextName(now):N}",
        }, TimeOf(delivery, now));

    /// <summary>
    /// An absurd trigger time would put the event where nobody looks; the time of receipt takes its place. An event that
    /// another one caused is composed here: its time is kept whatever it is, so that composing it again gives the same id.
    /// </summary>
    private static DateTimeOffset TimeOf(Delivery delivery, DateTimeOffset now) =>
        delivery.TriggeredAt is { } at && (delivery.CausationId is not null || (at >= now - OldestTrigger && at <= now + FarthestTrigger)) ? at : now;

    private NewEvent Compose(Delivery delivery, int occurrence, DateTimeOffset now)
    {
        var id = IdOf(delivery, occurrence, now);
        var metadata = new EventMetadata(
            id,
            delivery.Source,
            delivery.Account,
            delivery.Topic,
            delivery.Function ?? routes.FunctionFor(delivery.Source, delivery.Topic),
            delivery.Entity,
            now,
            Activity.Current?.TraceId.ToHexString(),
            delivery.CausationId,
            delivery.CorrelationId ?? id.ToString());
        return new NewEvent(metadata, new PayloadRecord(id.ToString(), delivery.Source, delivery.Account, delivery.Topic, now, delivery.Headers, delivery.Body));
    }

    private IntakeResult Result(EventMetadata metadata, Acceptance acceptance)
    {
        if (acceptance.Created)
        {
            metrics.Received(metadata.Source, metadata.Function);
        }
        else
        {
            metrics.Duplicate(metadata.Source, metadata.Function);
        }

        return new IntakeResult(metadata.Id, !acceptance.Created);
    }
}
