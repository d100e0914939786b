using EventTracking.Core.Payloads;
using EventTracking.Core.Queue;

namespace EventTracking.Testing.Simulation.Ports;

/// <summary>
/// The queue at the other end of a network. It delivers in any order, sometimes delivers an item again, even an
/// acknowledged one, and in some runs carries payloads in its messages, as SQS does.
/// </summary>
internal sealed class SimulatedQueue(IWorkQueue queue, IPayloadArchive archive, StoreCalls calls, SimulatedProcess process, Redeliveries redeliveries) : IWorkQueue
{
    public Task SendAsync(IReadOnlyList<WorkItem> items, TimeSpan delay, CancellationToken cancellationToken) =>
        AskAsync(items.Count, () => $"queue.send {items[0].Event.Id}+{items.Count}", () => queue.SendAsync(items, delay, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<ReceivedItem>> ReceiveAsync(string function, int limit, TimeSpan visibility, TimeSpan wait, CancellationToken cancellationToken) => calls.AskAsync(
        process,
        $"queue.receive {function}",
        async () =>
        {
            var received = await queue.ReceiveAsync(function, limit, visibility, wait, cancellationToken);
            var delivered = redeliveries.Mix(received);
            return redeliveries.PayloadInItem ? [.. delivered.Select(WithPayload)] : delivered;
        },
        cancellationToken);

    public Task ExtendAsync(IReadOnlyList<ReceivedItem> items, TimeSpan visibility, CancellationToken cancellationToken) =>
        AskAsync(items.Count, () => $"queue.extend {items[0].Item.Event.Id}+{items.Count}", () => queue.ExtendAsync(items, visibility, cancellationToken), cancellationToken);

    public Task AcknowledgeAsync(IReadOnlyList<ReceivedItem> items, CancellationToken cancellationToken) => AskAsync(
        items.Count,
        () => $"queue.acknowledge {items[0].Item.Event.Id}+{items.Count}",
        async () =>
        {
            await queue.AcknowledgeAsync(items, cancellationToken);
            Witness.SeeAcknowledgement(process, items);
        },
        cancellationToken);

    public Task DeferAsync(IReadOnlyList<Deferral> deferrals, CancellationToken cancellationToken) =>
        AskAsync(deferrals.Count, () => $"queue.defer {deferrals[0].Item.Item.Event.Id}+{deferrals.Count}", () => queue.DeferAsync(deferrals, cancellationToken), cancellationToken);

    public Task<QueueDepth> GetDepthAsync(string function, CancellationToken cancellationToken) =>
        calls.AskAsync(process, $"queue.depth {function}", () => queue.GetDepthAsync(function, cancellationToken), cancellationToken);

    private Task AskAsync(int count, Func<string> call, Func<Task> ask, CancellationToken cancellationToken) => count == 0
        ? ask()
        : calls.AskAsync(
            process,
            call(),
            async () =>
            {
                await ask();
                return true;
            },
            cancellationToken);

    private ReceivedItem WithPayload(ReceivedItem received) =>
        received.Item.Pointer is { } pointer && archive.ReadAsync(pointer, CancellationToken.None).GetAwaiter().GetResult() is PayloadRead.Available(var payload)
            ? received with { Item = received.Item with { Payload = payload, Pointer = null } }
            : received;
}
