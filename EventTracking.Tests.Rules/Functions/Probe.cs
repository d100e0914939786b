using System.Text;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Payloads;

namespace EventTracking.Tests.Rules.Functions;

/// <summary>A function whose handler the test gives.</summary>
internal sealed class Probe(Func<string, EventContext, Task<Outcome>> handle) : TrackedFunction<string>
{
    public bool Trigger { get; init; }

    protected internal override bool IsNotification => Trigger;

    protected override string ReadMessage(PayloadRecord payload, EventMetadata metadata) => Encoding.UTF8.GetString(payload.Body.Span);

    protected override Task<Outcome> HandleAsync(string message, EventContext context, CancellationToken cancellationToken) => handle(message, context);
}
