using System.Globalization;
using EventTracking.Core.Backends.Embedded.Storage;
using EventTracking.Core.Events;
using EventTracking.Core.Payloads;

namespace EventTracking.Core.Backends.Embedded.Ledger;

/// <summary>Maps rows of the events table to records.</summary>
internal static class LedgerTable
{
    /// <summary>The columns that <see cref="ReadMetadata"/> reads, starting at column 0.</summary>
    public const string MetadataColumns = "e.id, e.source, e.account, e.topic, e.function, e.entity, e.received_at, e.trace_id, e.causation_id, e.correlation_id";

    /// <summary>The columns that <see cref="ReadPointer"/> reads.</summary>
    public const string PointerColumns = "e.segment, e.segment_offset, e.segment_length, e.sha256";

    /// <summary>The columns that <see cref="ReadSummary"/> reads, starting at column 0.</summary>
    public const string SummaryColumns = $"{MetadataColumns}, e.status, e.updated_at, e.attempt_count, e.waiting_on, e.fingerprint, e.error, e.failure";

    /// <summary>The column <c>requeued</c> of an event that was queued again and has not been claimed since.</summary>
    public const int Requeued = 1;

    /// <summary>The column <c>requeued</c> of any other event that is late.</summary>
    public const int Late = 2;

    private const int MetadataCount = 10;

    /// <summary>The first column of a record behind metadata and pointer.</summary>
    private const int Rest = MetadataCount + 4;

    /// <summary>The column <c>sha256</c> has the hash of the body and, since version 9 of the schema, that of the head behind it.</summary>
    private const int HashBytes = 32;

    private const string SelectRecord = $"""
        SELECT {MetadataColumns}, {PointerColumns}, e.status, e.updated_at, e.attempt_count, e.lease_until, e.retry_at, e.waiting_on,
               e.attempts, e.history, e.effects, e.effect_count, e.row, e.requeued, e.postponed, e.delivery_id, e.edits
        FROM events e WHERE e.id = ?
        """;

    private const string InsertRecord = """
        INSERT INTO events (id, source, account, topic, function, entity, received_at, trace_id, causation_id, correlation_id,
                            segment, segment_offset, segment_length, sha256, updated_at, requeued, delivery_id, status, attempt_count, effect_count)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0)
        ON CONFLICT (id) DO NOTHING
        """;

    // Only partial indexes include these columns, so updating an ordinary event touches no index.
    private const string UpdateRecord = """
        UPDATE events SET status = ?, updated_at = ?, attempt_count = ?, lease_until = ?, retry_at = ?, segment = ?, segment_offset = ?,
               segment_length = ?, sha256 = ?, waiting_on = ?, requeued = ?, fingerprint = ?, error = ?, failure = ?, attempts = ?
        WHERE row = ?
        """;

    private const string UpdatePointer = "UPDATE events SET segment = ?, segment_offset = ?, segment_length = ?, sha256 = ? WHERE row = ?";

    // Few events have these columns, so they stay out of the statement that every event runs.
    private const string UpdateHistory = "UPDATE events SET function = ?, history = ?, effects = ?, effect_count = ?, postponed = ?, edits = ? WHERE row = ?";

    /// <summary>Finds a record. One that cannot be read is that of an event with an unknown status, which nothing changes.</summary>
    public static StoredEvent? Find(Database database, EventId id)
    {
        using var statement = database.Use(SelectRecord);
        if (!statement.Bind(id.ToString()).Step())
        {
            return null;
        }

        // A pointer can be read from any row, and the payload of one that cannot be read otherwise is still there.
        var record = UnknownRows.TryRead(statement, ReadRecord, out var form) ?? UnknownRows.Read(statement, Rest + 1, form) with { Payload = ReadPointer(statement, MetadataCount) };
        return new StoredEvent(statement.GetNumber(Rest + 10), record, statement.FindNumber(Rest + 11) == Requeued)
        {
            Attempts = statement.GetBytes(Rest + 6).ToArray(),
            History = statement.GetBytes(Rest + 7).ToArray(),
        };
    }

    private static EventRecord ReadRecord(Statement statement)
    {
        var status = EventStatusText.OfNumber(statement.GetInt(Rest));
        var (entries, forgotten) = LedgerJson.ReadHistory(statement.GetBytes(Rest + 7));
        var record = new EventRecord(ReadKnownMetadata(statement) with { DeliveryId = statement.FindText(Rest + 13) })
        {
            Payload = ReadPointer(statement, MetadataCount),
            Status = status,
            StoredStatus = StoredStatusOf(status, statement, Rest),
            UpdatedAt = statement.GetTime(Rest + 1),
            AttemptCount = statement.GetInt(Rest + 2),
            LeaseUntil = statement.FindTime(Rest + 3),
            RetryAt = statement.FindTime(Rest + 4),
            WaitingOn = ReadEntity(statement, Rest + 5),
            Attempts = LedgerJson.ReadAttempts(statement.GetBytes(Rest + 6)),
            History = entries,
            ForgottenReplays = forgotten,
            Effects = LedgerJson.ReadIds(statement.GetBytes(Rest + 8)),
            EffectCount = statement.GetInt(Rest + 9),
            PostponedCount = statement.GetInt(Rest + 12),
            EditedReplays = LedgerJson.ReadIds(statement.GetBytes(Rest + 14)),
        };
        return record with { IsMarkedLate = statement.FindNumber(Rest + 11) == Late && record.UpdatedAt - record.Id.Time <= EventRecord.LateAfter };
    }

    /// <summary>Creates a record with the status queued; returns null if the id is known.</summary>
    public static long? TryInsert(Database database, EventMetadata metadata, PayloadPointer? pointer)
    {
        using var statement = database.Use(InsertRecord);
        statement
            .Bind(metadata.Id.ToString())
            .Bind(metadata.Source)
            .Bind(metadata.Account)
            .Bind(metadata.Topic)
            .Bind(metadata.Function)
            .Bind(metadata.Entity?.ToString())
            .Bind(metadata.ReceivedAt)
            .Bind(metadata.TraceId)
            .Bind(metadata.CausationId?.ToString())
            .Bind(metadata.CorrelationId);
        BindPointer(statement, pointer);
        var created = new EventRecord(metadata) { UpdatedAt = metadata.ReceivedAt };
        statement.Bind(created.UpdatedAt).Bind(MarkOf(created, requeued: false)).Bind(metadata.DeliveryId).Step();
        return database.Changes == 1 ? database.LastRow : null;
    }

    /// <summary>Writes a record's state to its row.</summary>
    public static void Update(Database database, StoredEvent stored)
    {
        var record = stored.Record;
        // Only a failure that still needs attention appears in listings; earlier failures stay in the attempts.
        var failure = record.Status is EventStatus.Failed or EventStatus.Retrying ? record.Error : null;
        using var statement = database.Use(UpdateRecord);
        statement
            .Bind(record.StoredStatus is null ? (int)record.Status : throw new InvalidOperationException($"Event {record.Id} is never written: its status is '{record.StoredStatus}', which this version does not know."))
            .Bind(record.UpdatedAt)
            .Bind(record.AttemptCount)
            .Bind(record.LeaseUntil)
            .Bind(record.RetryAt);
        BindPointer(statement, record.Payload);
        statement
            .Bind(record.WaitingOn?.ToString())
            .Bind(MarkOf(record, stored.Requeued))
            .Bind(failure?.Fingerprint)
            .Bind(failure?.Message)
            .Bind(failure is null ? null : FailureFacts.Pack(failure));
        BindJson(statement, LedgerJson.Rewrite(stored.Attempts, record.Attempts));
        statement.Bind(stored.Row).Step();
    }

    /// <summary>Stores where the payload of a record lies that has none yet, whatever else is in the record.</summary>
    public static void StorePointer(Database database, long row, PayloadPointer pointer)
    {
        using var statement = database.Use(UpdatePointer);
        BindPointer(statement, pointer);
        statement.Bind(row).Step();
    }

    public static void UpdateWithHistory(Database database, StoredEvent stored)
    {
        Update(database, stored);
        using var statement = database.Use(UpdateHistory);
        statement.Bind(stored.Record.Event.Function);
        BindJson(statement, LedgerJson.RewriteHistory(stored.History, stored.Record));
        BindJson(statement, LedgerJson.Write(stored.Record.Effects));
        statement.Bind(stored.Record.EffectCount).Bind(stored.Record.PostponedCount);
        BindJson(statement, LedgerJson.Write(stored.Record.EditedReplays));
        statement.Bind(stored.Row).Step();
    }

    /// <summary>Reads the metadata with which a row begins. Of a row that cannot be read, what is certain.</summary>
    public static EventMetadata ReadMetadata(Statement statement) =>
        UnknownRows.TryRead(statement, ReadKnownMetadata, out _) ?? UnknownRows.ReadMetadata(statement);

    public static PayloadPointer? ReadPointer(Statement statement, int first) =>
        statement.FindText(first) is { } segment
            ? PointerOf(segment, statement.GetNumber(first + 1), statement.GetInt(first + 2), statement.GetBytes(first + 3))
            : null;

    /// <summary>Reads a row for a list. One that cannot be read is that of an event with an unknown status, so that it does not stop the list.</summary>
    public static EventSummary ReadSummary(Statement statement) =>
        UnknownRows.TryRead(statement, ReadKnownSummary, out var form) ?? EventSummary.Of(UnknownRows.Read(statement, MetadataCount + 1, form));

    private static EventSummary ReadKnownSummary(Statement statement) => new(
        ReadKnownMetadata(statement),
        EventStatusText.OfNumber(statement.GetInt(MetadataCount)),
        statement.GetTime(MetadataCount + 1),
        statement.GetInt(MetadataCount + 2),
        ReadEntity(statement, MetadataCount + 3),
        statement.FindText(MetadataCount + 4),
        statement.FindText(MetadataCount + 5))
    {
        StoredStatus = StoredStatusOf(EventStatusText.OfNumber(statement.GetInt(MetadataCount)), statement, MetadataCount),
        Failure = FailureFacts.Unpack(statement.FindText(MetadataCount + 6)).Facts,
    };

    public static void BindPointer(Statement statement, PayloadPointer? pointer)
    {
        if (pointer is null)
        {
            statement.BindNull().BindNull().BindNull().BindNull();
            return;
        }

        Span<byte> hashes = stackalloc byte[HashBytes + HeadHash.Bytes];
        Convert.FromHexString(pointer.Sha256, hashes[..HashBytes], out _, out var length);
        if (length == HashBytes)
        {
            Convert.FromHexString(pointer.HeadHash ?? "", hashes[HashBytes..], out _, out var more);
            length += more;
        }

        statement.Bind(pointer.Segment).Bind(pointer.Offset).Bind(pointer.Length).BindBlob(hashes[..length]);
    }

    private static PayloadPointer PointerOf(string segment, long offset, int length, ReadOnlySpan<byte> hashes)
    {
        var body = hashes[..Math.Min(hashes.Length, HashBytes)];
        return new PayloadPointer(segment, offset, length, Convert.ToHexStringLower(body))
        {
            HeadHash = hashes.Length > body.Length ? Convert.ToHexStringLower(hashes[body.Length..]) : null,
        };
    }

    private static string? StoredStatusOf(EventStatus status, Statement statement, int column) =>
        status == EventStatus.Unknown ? statement.GetInt(column).ToString(CultureInfo.InvariantCulture) : null;

    private static long? MarkOf(EventRecord record, bool requeued) => requeued ? Requeued : record.IsLate ? Late : null;

    private static EventMetadata ReadKnownMetadata(Statement statement) => new(
        EventId.Parse(statement.GetText(0)),
        statement.GetText(1),
        statement.GetText(2),
        statement.GetText(3),
        statement.GetText(4),
        ReadEntity(statement, 5),
        statement.GetTime(6),
        statement.FindText(7),
        statement.FindText(8) is { } causation ? EventId.Parse(causation) : null,
        statement.GetText(9));

    private static EntityKey? ReadEntity(Statement statement, int column)
    {
        if (statement.FindText(column) is not { } text)
        {
            return null;
        }

        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return new EntityKey(text[..colon], text[(colon + 1)..]);
    }

    private static void BindJson(Statement statement, byte[]? json)
    {
        if (json is null)
        {
            statement.BindNull();
        }
        else
        {
            statement.BindText(json);
        }
    }
}

/// <summary>A record and its row.</summary>
/// <param name="Row">The number of its row.</param>
/// <param name="Record">The record.</param>
/// <param name="Requeued">Whether the event was queued again and has not been claimed since.</param>
internal sealed record StoredEvent(long Row, EventRecord Record, bool Requeued)
{
    /// <summary>The JSON of the attempts as it is stored; empty if there are none.</summary>
    public ReadOnlyMemory<byte> Attempts { get; init; }

    /// <summary>The JSON of the history as it is stored; empty if there is none.</summary>
    public ReadOnlyMemory<byte> History { get; init; }
}
