using EventTracking.Core.Backends.Embedded.Storage;
using EventTracking.Core.Events;
using EventTracking.Core.Payloads;

namespace EventTracking.Core.Backends.Embedded.Ledger;

/// <summary>Maps rows of the events table to records.</summary>
internal static class LedgerTable
{
    /// <summary>The columns that <see cref="ReadMetadata"/> reads, starting at the given column.</summary>
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

    // Few events have these columns, so they stay out of the statement that every event runs.
    private const string UpdateHistory = "UPDATE events SET function = ?, history = ?, effects = ?, effect_count = ?, postponed = ?, edits = ? WHERE row = ?";

    public static StoredEvent? Find(Database database, EventId id)
    {
        using var statement = database.Use(SelectRecord);
        if (!statement.Bind(id.ToString()).Step())
        {
            return null;
        }

        const int rest = MetadataCount + 4;
        var record = new EventRecord(ReadMetadata(statement, 0) with { DeliveryId = statement.FindText(rest + 13) })
        {
            Payload = ReadPointer(statement, MetadataCount),
            Status = (EventStatus)statement.GetInt(rest),
            UpdatedAt = statement.GetTime(rest + 1),
            AttemptCount = statement.GetInt(rest + 2),
            LeaseUntil = statement.FindTime(rest + 3),
            RetryAt = statement.FindTime(rest + 4),
            WaitingOn = ReadEntity(statement, rest + 5),
            Attempts = LedgerJson.ReadAttempts(statement.GetBytes(rest + 6)),
            History = LedgerJson.ReadHistory(statement.GetBytes(rest + 7)),
            Effects = LedgerJson.ReadIds(statement.GetBytes(rest + 8)),
            EffectCount = statement.GetInt(rest + 9),
            PostponedCount = statement.GetInt(rest + 12),
            EditedReplays = LedgerJson.ReadIds(statement.GetBytes(rest + 14)),
        };
        return new StoredEvent(statement.GetNumber(rest + 10), record, statement.FindNumber(rest + 11) == Requeued);
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
            .Bind((int)record.Status)
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
        BindJson(statement, LedgerJson.Write(record.Attempts));
        statement.Bind(stored.Row).Step();
    }

    public static void UpdateWithHistory(Database database, StoredEvent stored)
    {
        Update(database, stored);
        using var statement = database.Use(UpdateHistory);
        statement.Bind(stored.Record.Event.Function);
        BindJson(statement, LedgerJson.Write(stored.Record.History));
        BindJson(statement, LedgerJson.Write(stored.Record.Effects));
        statement.Bind(stored.Record.EffectCount).Bind(stored.Record.PostponedCount);
        BindJson(statement, LedgerJson.Write(stored.Record.EditedReplays));
        statement.Bind(stored.Row).Step();
    }

    public static EventMetadata ReadMetadata(Statement statement, int first) => new(
        EventId.Parse(statement.GetText(first)),
        statement.GetText(first + 1),
        statement.GetText(first + 2),
        statement.GetText(first + 3),
        statement.GetText(first + 4),
        ReadEntity(statement, first + 5),
        statement.GetTime(first + 6),
        statement.FindText(first + 7),
        statement.FindText(first + 8) is { } causation ? EventId.Parse(causation) : null,
        statement.GetText(first + 9));

    public static PayloadPointer? ReadPointer(Statement statement, int first) =>
        statement.FindText(first) is { } segment
            ? PointerOf(segment, statement.GetNumber(first + 1), statement.GetInt(first + 2), statement.GetBytes(first + 3))
            : null;

    public static EventSummary ReadSummary(Statement statement) => new(
        ReadMetadata(statement, 0),
        (EventStatus)statement.GetInt(MetadataCount),
        statement.GetTime(MetadataCount + 1),
        statement.GetInt(MetadataCount + 2),
        ReadEntity(statement, MetadataCount + 3),
        statement.FindText(MetadataCount + 4),
        statement.FindText(MetadataCount + 5))
    {
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

    private static long? MarkOf(EventRecord record, bool requeued) => requeued ? Requeued : record.IsLate ? Late : null;

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
internal sealed record StoredEvent(long Row, EventRecord Record, bool Requeued);
