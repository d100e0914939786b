using System.Buffers;

namespace EventTracking.Api.Hosting.Lambda;

/// <summary>A kind of events that are no requests.</summary>
/// <param name="Member">The member of an event by which it is known as one of them.</param>
/// <param name="Handler">Asked when the first one comes: most processes only ever see events of one kind, and a start is waited for.</param>
internal sealed record InvocationKind(string Member, Func<IInvocationHandler> Handler);

/// <summary>Handles the events of a kind.</summary>
internal interface IInvocationHandler
{
    /// <summary>Handles the event and writes the answer, JSON. An exception fails the invocation.</summary>
    Task RunAsync(Invocation invocation, IBufferWriter<byte> answer, CancellationToken cancellationToken);
}
