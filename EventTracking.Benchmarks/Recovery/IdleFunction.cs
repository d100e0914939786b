using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Payloads;

namespace EventTracking.Benchmarks.Recovery;

/// <summary>Calls nobody.</summary>
internal sealed class IdleFunction : TrackedFunction<PayloadRecord>
{
    public const string Name = "idle";
    public const string Source = "benchmark";
    public const string Topic = "changed";

    protected internal override bool IsNotification => true;

    protected override PayloadRecord ReadMessage(PayloadRecord payload, EventMetadata metadata) => payload;

    protected override Task<Outcome> HandleAsync(PayloadRecord message, EventContext context, CancellationToken cancellationToken) => Task.FromResult(Outcome.Succeeded);
}
