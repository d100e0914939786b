using System.Buffers;

namespace EventTracking.Api.Hosting.Lambda;

/// <summary>A kind of events other than HTTP requests.</summary>
/// <param name="Member">The member by which an event of this kind is recognized.</param>
/// <param name="Handler">Resolved with the first event: most processes see only one kind, and callers wait for the start.</param>
internal sealed record InvocationKind(string Member, Func<IInvocationHandler> Handler);

/// <summary>Handles the events of a kind.</summary>
internal interface IInvocationHandler
{
    /// <summary>Handles the event and writes the response, as JSON. An exception fails the invocation.</summary>
    Task RunAsync(Invocation invocation, IBufferWriter<byte> answer, CancellationToken cancellationToken);
}
