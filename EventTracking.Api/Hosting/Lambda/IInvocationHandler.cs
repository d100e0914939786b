using System.Buffers;

namespace EventTracking.Api.Hosting.Lambda;

/// <summary>Handles the events that are no requests.</summary>
internal interface IInvocationHandler
{
    /// <summary>The member of an event by which it is known as this handler's.</summary>
    string Member { get; }

    /// <summary>Handles the event and writes the answer, JSON. An exception fails the invocation.</summary>
    Task RunAsync(Invocation invocation, IBufferWriter<byte> answer, CancellationToken cancellationToken);
}
