using System.Text;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Payloads;

namespace EventTracking.Testing.Functions;

/// <summary>A function whose handler the test gives; its message is the body as text.</summary>
internal sealed class ProbeFunction(Func<string, EventContext, CancellationToken, Task<Outcome>> handle) : TrackedFunction<string>
{
    public ProbeFunction(Func<string, EventContext, Task<Outcome>> handle)
        : this((message, context, _) => handle(message, context))
    {
    }

    public bool Trigger { get; init; }

    public Func<Exception, Failure, Failure>? Describe { get; init; }

    public Func<TimeSpan>? Ready { get; init; }

    public double? Replays { get; init; }

    protected internal override double? ReplaysPerSecond => Replays;

    protected internal override TimeSpan ReadyIn => Ready?.Invoke() ?? TimeSpan.Zero;

    protected internal override bool IsNotification => Trigger;

    protected internal override Failure DescribeFailure(Exception exception, EventContext context)
    {
        var failure = base.DescribeFailure(exception, context);
        return Describe is null ? failure : Describe(exception, failure);
    }

    protected override string ReadMessage(PayloadRecord payload, EventMetadata metadata) => Encoding.UTF8.GetString(payload.Body.Span);

    protected override Task<Outcome> HandleAsync(string message, EventContext context, CancellationToken cancellationToken) =>
        handle(message, context, cancellationToken);
}
