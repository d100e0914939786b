using System.Diagnostics;
using EventTracking.Core.Events;
using EventTracking.Core.Observability;
using EventTracking.Core.Payloads;
using EventTracking.Core.Resilience;

namespace EventTracking.Core.Intake;

/// <summary>The only entry point for events: turns deliveries into events and makes them durable. Functions use <c>EventContext.EmitAsync</c> instead, which also records the cause.</summary>
public sealed class EventIntake
{
    /// <summary>How many changes with the same delivery id get a number. Further ones get a random name, so that no change is ever dropped.</summary>
    private const int NumberedOccurrences = 8;

    /// <summary>No delivery is older than the senders. An earlier time, such as the year 1, is a mistake.</summary>
    private static readonly DateTimeOffset EarliestTrigger = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>How far a sender's clock may be ahead.</summary>
    private static readonly TimeSpan FarthestTrigger = TimeSpan.FromDays(1);

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

    /// <summary>Accepts a delivery. The event is durable when the call returns.</summary>
    /// <exception cref="StoreUnavailableException">The event is not guaranteed to be durable; the call may be repeated.</exception>
    public async Task<IntakeResult> AcceptAsync(Delivery delivery, CancellationToken cancellationToken) =>
        (await AcceptAsync([delivery], cancellationToken))[0];

    /// <summary>Accepts several deliveries at once and returns the results in the same order. The events are durable when the call returns.</summary>
    /// <exception cref="StoreUnavailableException">At least one event is not guaranteed to be durable; the whole call may be repeated.</exception>
    public async Task<IReadOnlyList<IntakeResult>> AcceptAsync(IReadOnlyList<Delivery> deliveries, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(deliveries);
        var now = time.GetUtcNow();
        var results = new IntakeResult[deliveries.Count];
        int[] pending = [.. Enumerable.Range(0, deliveries.Count)];
        for (var occurrence = 0; pending.Length > 0; occurrence++)
        {
            var events = new NewEvent[pending.Length];
            for (var i = 0; i < events.Length; i++)
            {
                events[i] = Compose(deliveries[pending[i]], occurrence, now);
            }

            var acceptances = await store.AcceptAsync(events, cancellationToken);
            List<int>? repeats = null;
            for (var i = 0; i < events.Length; i++)
            {
                if (!acceptances[i].Created && IsAnotherChange(deliveries[pending[i]], acceptances[i].Status))
                {
                    (repeats ??= []).Add(pending[i]);
                    continue;
                }

                results[pending[i]] = Result(events[i].Event, acceptances[i]);
            }

            pending = repeats is null ? [] : [.. repeats];
        }

        return results;
    }

    /// <summary>Returns the event id for a delivery whose delivery id is unique.</summary>
    internal EventId IdOf(Delivery delivery) => IdOf(delivery, 0, time.GetUtcNow());

    /// <summary>
    /// Returns whether a repeated delivery id stands for another change. If the id is not unique, a repeat counts as another change as
    /// soon as the first event has been claimed, because its handler may have read the state before the change. The refused write
    /// itself returns the stored status, so there is no gap between the two.
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
    /// Returns the time for the event id. However old a trigger time is, it is kept, because the same delivery must get the same id. Only
    /// one that cannot be true gives way to the time of receipt, or to the day of receipt if the delivery has an id of its own, so that all
    /// its tries on that day are one event. The time of an event that another event caused is always kept, as far as an id can hold it, so
    /// that composing it again results in the same id.
    /// </summary>
    private static DateTimeOffset TimeOf(Delivery delivery, DateTimeOffset now) => delivery switch
    {
        { TriggeredAt: null } => now,
        { TriggeredAt: { } at, CausationId: not null } => at < DateTimeOffset.UnixEpoch ? DateTimeOffset.UnixEpoch : at,
        { TriggeredAt: { } at } when at >= EarliestTrigger && at <= now + FarthestTrigger => at,
        _ => delivery.DeliveryIdIsUnique ? new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero) : now,
    };

    private NewEvent Compose(Delivery delivery, int occurrence, DateTimeOffset now)
    {
        var id = IdOf(delivery, occurrence, now);
        var text = id.ToString();
        var (source, account) = (DeliveryLimits.Cut(delivery.Source), DeliveryLimits.Cut(delivery.Account));
        var topic = string.IsNullOrWhiteSpace(delivery.Topic) ? EventRoutes.UnknownTopic : DeliveryLimits.Cut(delivery.Topic);
        var isServed = routes.ServedInsteadOf(source, account) is null;
        var metadata = new EventMetadata(
            id,
            source,
            account,
            topic,
            isServed ? delivery.Function ?? routes.FunctionFor(source, topic) : EventRoutes.Unrouted,

            // The same number may be another entity in another account.
            isServed ? DeliveryLimits.Cut(delivery.Entity) : null,
            now,
            Activity.Current?.TraceId.ToHexString(),
            delivery.CausationId,
            delivery.CorrelationId is { } correlation ? DeliveryLimits.Cut(correlation) : text)
        {
            DeliveryId = DeliveryLimits.Cut(delivery.DeliveryId),
        };
        return new NewEvent(metadata, new PayloadRecord(text, source, account, topic, now, DeliveryLimits.Cut(delivery.Headers), delivery.Body));
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
