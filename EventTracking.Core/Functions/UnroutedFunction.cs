using EventTracking.Core.Events;
using EventTracking.Core.Payloads;

namespace EventTracking.Core.Functions;

/// <summary>
/// Takes the events that no function asked for: their payload is archived and they end as ignored, so that they can still be
/// replayed once there is a function for their topic.
/// </summary>
internal sealed class UnroutedFunction : TrackedFunction<PayloadRecord>
{
    protected override PayloadRecord ReadMessage(PayloadRecord payload, EventMetadata metadata) => payload;

    protected override Task<Outcome> HandleAsync(PayloadRecord message, EventContext context, CancellationToken cancellationToken) =>
        Task.FromResult(Outcome.Ignored($"No function handles '{message.Topic}' of {message.Source}."));
}
