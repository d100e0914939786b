using System.Globalization;
using EventTracking.Core.Backends.Embedded.Ledger;
using EventTracking.Core.Backends.Embedded.Storage;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Queue;

namespace EventTracking.Core.Backends.Embedded.Queue;

/// <summary>
/// The queue tables. An item refers to its event by row and copies nothing, so sending and receiving write only a few
/// bytes. Every receive gives the item a new receipt number; an older receipt no longer matches the item.
/// </summary>
internal static class QueueTable
{
    /// <summary>How long an item may be hidden: the longest delay that a called system can ask for and the usual longest backoff. An event whose backoff is longer is not claimed before its end.</summary>
    private static readonly TimeSpan LongestHidden = RetryRules.MaxRetryAfter + TimeSpan.FromMinutes(15);

    private const string InsertItem = "INSERT INTO queue (function, event_row, visible_at, hidden_at, sent_at, receive_count, receipt, in_flight) VALUES (?, ?, ?, ?, ?, 0, 0, 0)";

    private const string SelectVisible = $"""
        SELECT {LedgerTable.MetadataColumns}, {LedgerTable.PointerColumns}, q.item, q.receive_count, q.sent_at
        FROM (SELECT item, event_row, receive_count, sent_at FROM queue INDEXED BY queue_by_visibility
              WHERE function = ? AND visible_at <= ? ORDER BY visible_at LIMIT ?) q
        CROSS JOIN events e ON e.row = q.event_row
        """;

    private const string SelectNextVisible = "SELECT min(visible_at) FROM queue INDEXED BY queue_by_visibility WHERE function = ?";
    private const string UpdateReceived = "UPDATE queue SET visible_at = ?, hidden_at = ?, receive_count = ?, receipt = ?, in_flight = 1 WHERE item = ?";
    private const string DeleteItem = "DELETE FROM queue WHERE item = ?";
    private const string DeleteReceived = "DELETE FROM queue WHERE item = ? AND receipt = ?";
    private const string UpdateExtended = "UPDATE queue SET visible_at = ?, hidden_at = ? WHERE item = ? AND receipt = ?";
    private const string UncountReceive = "UPDATE queue SET receive_count = max(receive_count - 1, 0) WHERE item = ? AND receipt = ?";
    private const string UpdateDeferred = "UPDATE queue SET visible_at = ?, hidden_at = ?, in_flight = 0 WHERE item = ? AND receipt = ?";
    private const string SelectItemOf = "SELECT 1 FROM queue WHERE event_row = ? LIMIT 1";
    private const string CountItems = "SELECT count(*) FROM queue WHERE function = ?";

    // Earlier versions kept a letter for good, although its event had failed in the same commit.
    private const string ForgetDeadLetters = "DELETE FROM dead_letters";

    private static readonly string EndLeases = $"UPDATE events SET lease_until = NULL WHERE status = {StatusNumbers.Processing} AND row IN (SELECT event_row FROM queue)";
    private const string ShowInFlight = "UPDATE queue SET visible_at = ?1, hidden_at = ?1, in_flight = 0 WHERE in_flight = 1";

    // A clock that was ahead hid these items. They stay hidden for as long as they were to be hidden, from now on.
    private const string HideAnew = "UPDATE queue SET visible_at = ?1 + visible_at - hidden_at, hidden_at = ?1 WHERE hidden_at > ?1";
    private const string ShowInTime = "UPDATE queue SET visible_at = ?1 WHERE visible_at > ?1";
    private const string SendRequeued = """
        INSERT INTO queue (function, event_row, visible_at, hidden_at, sent_at, receive_count, receipt, in_flight)
        SELECT function, row, ?1, ?1, ?1, 0, 0, 0 FROM events INDEXED BY events_requeued
        WHERE requeued IS NOT NULL AND row NOT IN (SELECT event_row FROM queue)
        """;

    private const int FirstQueueColumn = 14;

    /// <summary>
    /// Releases the items that a killed process had received. The lock on the data folder proves that no other process can
    /// hold a lease or a receipt. Items that wait for a retry keep waiting, but not longer because the clock was set in the
    /// meantime. An event that was queued again just before the crash, without its item having been sent, gets an item.
    /// </summary>
    public static void ReleaseInFlight(Database database, DateTimeOffset now)
    {
        using var leases = database.Use(EndLeases);
        leases.Step();
        using var items = database.Use(ShowInFlight);
        items.Bind(now).Step();
        using var hidden = database.Use(HideAnew);
        hidden.Bind(now).Step();
        using var tooLong = database.Use(ShowInTime);
        tooLong.Bind(now + LongestHidden).Step();
        using var requeued = database.Use(SendRequeued);
        requeued.Bind(now).Step();
        using var letters = database.Use(ForgetDeadLetters);
        letters.Step();
    }

    /// <summary>Adds an item.</summary>
    /// <param name="database">The database.</param>
    /// <param name="function">The function that is to run it.</param>
    /// <param name="eventRow">The row of its event.</param>
    /// <param name="hidden">When it is hidden, and until when.</param>
    /// <param name="sentAt">What the wall clock shows, for the age of the queue.</param>
    public static void Insert(Database database, string function, long eventRow, Hidden hidden, DateTimeOffset sentAt)
    {
        using var statement = database.Use(InsertItem);
        statement.Bind(function).Bind(eventRow).Bind(hidden.Until).Bind(hidden.From).Bind(sentAt).Step();
    }

    /// <summary>Receives visible items and dead-letters those that were received too often; returns both.</summary>
    /// <param name="database">The database.</param>
    /// <param name="function">The function.</param>
    /// <param name="limit">Maximum number of items.</param>
    /// <param name="hidden">When the items are received, and until when they stay hidden.</param>
    /// <param name="now">What the wall clock shows, for the records of dead-lettered events.</param>
    /// <param name="nextReceipt">Returns a new receipt number.</param>
    public static (List<ReceivedItem> Received, List<WorkItem> DeadLettered) Receive(Database database, string function, int limit, Hidden hidden, DateTimeOffset now, Func<long> nextReceipt)
    {
        List<ReceivedItem> received = [];
        List<WorkItem> deadLettered = [];
        List<Candidate> candidates;
        do
        {
            candidates = FindVisible(database, function, limit - received.Count, hidden.From);
            foreach (var candidate in candidates)
            {
                if (candidate.ReceiveCount >= IWorkQueue.ReceivesBeforeDeadLetter && TryDeadLetter(database, candidate, now))
                {
                    deadLettered.Add(candidate.Work);
                    continue;
                }

                var receipt = nextReceipt();
                using var statement = database.Use(UpdateReceived);
                statement.Bind(hidden.Until).Bind(hidden.From).Bind(candidate.ReceiveCount + 1).Bind(receipt).Bind(candidate.Item).Step();
                received.Add(new ReceivedItem(candidate.Work, new Receipt(candidate.Item, receipt).ToString(), candidate.ReceiveCount + 1, candidate.SentAt, EventTrace.Of(candidate.Work.Event)));
            }
        }
        while (candidates.Count > 0 && received.Count == 0);
        return (received, deadLettered);
    }

    public static DateTimeOffset? FindNextVisible(Database database, string function)
    {
        using var statement = database.Use(SelectNextVisible);
        return statement.Bind(function).Step() ? statement.FindTime(0) : null;
    }

    public static void Delete(Database database, Receipt receipt)
    {
        using var statement = database.Use(DeleteReceived);
        statement.Bind(receipt.Item).Bind(receipt.Number).Step();
    }

    /// <summary>The item stays in flight, so it is released as soon as the process restarts after a crash.</summary>
    public static void Extend(Database database, Receipt receipt, Hidden hidden) => Move(database, UpdateExtended, receipt, hidden);

    /// <summary>Returns an item to the queue. The receive of one that only waits does not count.</summary>
    public static void Defer(Database database, Receipt receipt, Hidden hidden, bool waits)
    {
        Move(database, UpdateDeferred, receipt, hidden);
        if (waits)
        {
            using var statement = database.Use(UncountReceive);
            statement.Bind(receipt.Item).Bind(receipt.Number).Step();
        }
    }

    /// <summary>Counts the items. No dead letter is ever left, because the commit that dead-letters an item also fails its event.</summary>
    public static QueueDepth Count(Database database, string function)
    {
        using var statement = database.Use(CountItems);
        statement.Bind(function).Step();
        return new QueueDepth(statement.GetNumber(0), 0);
    }

    private static void Move(Database database, string update, Receipt receipt, Hidden hidden)
    {
        using var statement = database.Use(update);
        statement.Bind(hidden.Until).Bind(hidden.From).Bind(receipt.Item).Bind(receipt.Number).Step();
    }

    private static List<Candidate> FindVisible(Database database, string function, int limit, DateTimeOffset now)
    {
        using var statement = database.Use(SelectVisible);
        statement.Bind(function).Bind(now).Bind(limit);
        List<Candidate> candidates = [];
        while (statement.Step())
        {
            // The queue decides which function runs the event: a replay may have sent it to another function than the first one.
            var metadata = LedgerTable.ReadMetadata(statement);
            metadata = metadata.Function == function ? metadata : metadata with { Function = function };
            candidates.Add(new Candidate(
                statement.GetNumber(FirstQueueColumn),
                statement.GetInt(FirstQueueColumn + 1),
                statement.GetTime(FirstQueueColumn + 2),
                new WorkItem(metadata, null, LedgerTable.ReadPointer(statement, FirstQueueColumn - 4))));
        }

        return candidates;
    }

    /// <summary>Ends an item together with its event. Returns false if only a newer version can end the event, which will need the item.</summary>
    private static bool TryDeadLetter(Database database, Candidate candidate, DateTimeOffset now)
    {
        var stored = LedgerTable.Find(database, candidate.Work.Event.Id);
        if (stored is { Record.StoredStatus: not null })
        {
            return false;
        }

        using var delete = database.Use(DeleteItem);
        delete.Bind(candidate.Item).Step();
        if (stored is not null && !HasItem(database, stored.Row))
        {
            LedgerTransitions.DeadLetter(database, stored, candidate.Work.Event.Function, now);
        }

        return true;
    }

    /// <summary>Whether the event still has an item, for example because it was replayed before the other one was dead-lettered.</summary>
    private static bool HasItem(Database database, long eventRow)
    {
        using var statement = database.Use(SelectItemOf);
        return statement.Bind(eventRow).Step();
    }

    private readonly record struct Candidate(long Item, int ReceiveCount, DateTimeOffset SentAt, WorkItem Work);
}

/// <summary>When an item is hidden and until when, by the <see cref="QueueClock"/>.</summary>
internal readonly record struct Hidden(DateTimeOffset From, DateTimeOffset Until);

/// <summary>The content of <see cref="ReceivedItem.Receipt"/>: the item and the number from its last receive.</summary>
internal readonly record struct Receipt(long Item, long Number)
{
    public static Receipt Parse(string text)
    {
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        return new Receipt(
            long.Parse(text.AsSpan(0, dot), CultureInfo.InvariantCulture),
            long.Parse(text.AsSpan(dot + 1), CultureInfo.InvariantCulture));
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Item}.{Number}");
}
