using EventTracking.Core.Events;
using EventTracking.Core.Payloads;

namespace EventTracking.Core.Functions;

/// <summary>
/// Handles the events that no route leads to another function. Their payload is archived and they end as ignored, so that they
/// can still be replayed once a function handles their topic.
/// </summary>
internal sealed class UnroutedFunction : TrackedFunction<PayloadRecord>
{
    protected override PayloadRecord ReadMessage(PayloadRecord payload, EventMetadata metadata) => payload;

    protected override Task<Outcome> HandleAsync(PayloadRecord message, EventContext context, CancellationToken cancellationToken) =>
        Task.FromResult(Outcome.Ignored($"No function handles the topic '{message.Topic}' of '{message.Source}'."));
}
