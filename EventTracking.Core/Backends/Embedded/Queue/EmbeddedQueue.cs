using System.Buffers.Binary;
using System.Security.Cryptography;
using EventTracking.Core.Backends.Embedded.Ledger;
using EventTracking.Core.Backends.Embedded.Payloads;
using EventTracking.Core.Backends.Embedded.Storage;
using EventTracking.Core.Payloads;
using EventTracking.Core.Queue;
using EventTracking.Core.Resilience;
using Microsoft.Extensions.Logging;

namespace EventTracking.Core.Backends.Embedded.Queue;

/// <summary>
/// The queues in SQLite. An item refers to its event's record, so sending an item without a record creates the record.
/// A payload that comes with an item is archived first and never passes through the database.
/// </summary>
internal sealed partial class EmbeddedQueue(EmbeddedStore store, QueueSignals signals, TimeProvider timeProvider, ILogger<EmbeddedQueue> logger) : IWorkQueue
{
    // Timers have a resolution of one millisecond; round up so that an item is never taken before its time.
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    // A random start keeps a receipt from before a restart from matching an item that reuses the same number.
    private long lastReceipt = BinaryPrimitives.ReadInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(long))) & (long.MaxValue >> 1);

    public async Task SendAsync(IReadOnlyList<WorkItem> items, TimeSpan delay, CancellationToken cancellationToken)
    {
        if (items.Count == 0)
        {
            return;
        }

        using (var members = new EncodedPayloads(items.Select(item => item.Pointer is null ? item.Payload : null)))
        {
            await store.WriteAsync(scope => Send(scope, items, members, delay), cancellationToken);
        }

        foreach (var function in items.Select(item => item.Event.Function).Distinct())
        {
            signals.Pulse(function);
        }
    }

    public async Task<IReadOnlyList<ReceivedItem>> ReceiveAsync(string function, int limit, TimeSpan visibility, TimeSpan wait, CancellationToken cancellationToken)
    {
        var deadline = Deadline.In(wait, timeProvider);
        while (true)
        {
            var signal = signals.Next(function);
            var (items, deadLettered, nextVisible) = await store.WriteAsync(scope => Receive(scope.Database, function, limit, visibility), cancellationToken);
            foreach (var item in deadLettered)
            {
                Log.DeadLettered(logger, item.Event.Id, function, IWorkQueue.ReceivesBeforeDeadLetter);
            }

            if (items.Count > 0 || deadline.IsOver)
            {
                return items;
            }

            var (left, due) = (deadline.Left, nextVisible - store.Clock.Now);
            await WaitAsync(signal, due < left ? due.Value : left, cancellationToken);
        }
    }

    public async Task ExtendAsync(IReadOnlyList<ReceivedItem> items, TimeSpan visibility, CancellationToken cancellationToken)
    {
        if (items.Count > 0)
        {
            await store.WriteAsync(scope => Extend(scope.Database, items, visibility), cancellationToken);
        }
    }

    public async Task AcknowledgeAsync(IReadOnlyList<ReceivedItem> items, CancellationToken cancellationToken)
    {
        if (items.Count > 0)
        {
            await store.WriteAsync(scope => Acknowledge(scope.Database, items), cancellationToken);
        }
    }

    public async Task DeferAsync(IReadOnlyList<Deferral> deferrals, CancellationToken cancellationToken)
    {
        if (deferrals.Count == 0)
        {
            return;
        }

        await store.WriteAsync(scope => Defer(scope.Database, deferrals), cancellationToken);
        foreach (var function in deferrals.Select(deferral => deferral.Item.Item.Event.Function).Distinct())
        {
            signals.Pulse(function);
        }
    }

    public Task<QueueDepth> GetDepthAsync(string function, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(store.Read(database => QueueTable.Count(database, function)));
    }

    private bool Send(WriteScope scope, IReadOnlyList<WorkItem> items, EncodedPayloads members, TimeSpan delay)
    {
        var (hidden, now) = (store.Clock.Hide(delay), timeProvider.GetUtcNow());
        for (var index = 0; index < items.Count; index++)
        {
            var item = items[index];
            QueueTable.Insert(scope.Database, item.Event.Function, FindOrCreate(scope, item, members[index]), hidden, now);
        }

        return true;
    }

    private static long FindOrCreate(WriteScope scope, WorkItem item, SegmentMember? member)
    {
        var stored = LedgerTable.Find(scope.Database, item.Event.Id);
        if (stored is { Record.Payload: not null })
        {
            return stored.Row;
        }

        var pointer = item.Pointer;
        if (pointer is null && member is not null)
        {
            pointer = scope.Segments.Locate(member);
            scope.Segments.Add(member);
        }

        if (stored is null)
        {
            return LedgerTable.TryInsert(scope.Database, item.Event, pointer) ?? throw new InvalidOperationException("A record appeared within the transaction.");
        }

        if (pointer is not null)
        {
            LedgerTable.StorePointer(scope.Database, stored.Row, pointer);
        }

        return stored.Row;
    }

    private (List<ReceivedItem> Items, List<WorkItem> DeadLettered, DateTimeOffset? NextVisible) Receive(Database database, string function, int limit, TimeSpan visibility)
    {
        var (items, deadLettered) = QueueTable.Receive(database, function, limit, store.Clock.Hide(visibility), timeProvider.GetUtcNow(), () => ++lastReceipt);
        return (items, deadLettered, items.Count > 0 ? null : QueueTable.FindNextVisible(database, function));
    }

    private static bool Acknowledge(Database database, IReadOnlyList<ReceivedItem> items)
    {
        foreach (var item in items)
        {
            QueueTable.Delete(database, Receipt.Parse(item.Receipt));
        }

        return true;
    }

    private bool Extend(Database database, IReadOnlyList<ReceivedItem> items, TimeSpan visibility)
    {
        var hidden = store.Clock.Hide(visibility);
        foreach (var item in items)
        {
            QueueTable.Extend(database, Receipt.Parse(item.Receipt), hidden);
        }

        return true;
    }

    private bool Defer(Database database, IReadOnlyList<Deferral> deferrals)
    {
        foreach (var deferral in deferrals)
        {
            QueueTable.Defer(database, Receipt.Parse(deferral.Item.Receipt), store.Clock.Hide(deferral.Delay), deferral.Waits);
        }

        return true;
    }

    private async Task WaitAsync(Task signal, TimeSpan delay, CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(signal, Task.Delay(delay > ShortestWait ? delay : ShortestWait, timeProvider, ended.Token));
        await ended.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    private static partial class Log
    {
        [LoggerMessage(6, LogLevel.Warning, "The item of event {EventId} on the queue of {Function} became a dead letter after {Count} receives")]
        public static partial void DeadLettered(ILogger logger, EventId eventId, string function, int count);
    }
}
