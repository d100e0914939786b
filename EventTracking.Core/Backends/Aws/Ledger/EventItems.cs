using System.Security.Cryptography;
using Amazon.DynamoDBv2.Model;
using EventTracking.Core.Backends.Aws.Tables;
using EventTracking.Core.Compatibility;
using EventTracking.Core.Events;
using EventTracking.Core.Payloads;

namespace EventTracking.Core.Backends.Aws.Ledger;

/// <summary>
/// Maps records to items of the events table. An item stores nothing twice, so an ordinary event stays below 1 KB
/// throughout its life and each of its writes costs one write unit.
/// </summary>
internal static class EventItems
{
    private const int TokenBytes = 8;

    /// <summary>An item has at most 400 KB. What this version writes has less (<see cref="EventLists"/>); what it does not know comes on top.</summary>
    private const int MaxItemBytes = 395_000;

    /// <summary>Creates a unique token that identifies one write.</summary>
    public static byte[] NewToken() => RandomNumberGenerator.GetBytes(TokenBytes);

    /// <summary>The attributes that are known when an event arrives, without its keys.</summary>
    public static Dictionary<string, AttributeValue> WriteMetadata(EventMetadata metadata)
    {
        var item = new Dictionary<string, AttributeValue>
        {
            [EventsTable.Source] = Attributes.Text(metadata.Source),
            [EventsTable.Account] = Attributes.Text(metadata.Account),
            [EventsTable.Topic] = Attributes.Text(metadata.Topic),
            [EventsTable.Function] = Attributes.Text(metadata.Function),
            [EventsTable.ReceivedAt] = Attributes.Time(metadata.ReceivedAt),
        };
        item.AddText(EventsTable.Entity, metadata.Entity?.ToString());
        item.AddText(EventsTable.Delivery, metadata.DeliveryId);
        item.AddText(EventsTable.Causation, metadata.CausationId?.ToString());
        item.AddText(EventsTable.Correlation, metadata.CorrelationId == metadata.Id.ToString() ? null : metadata.CorrelationId);
        if (metadata.TraceId is { } trace)
        {
            item[EventsTable.Trace] = Attributes.Hex(trace);
        }

        return item;
    }

    /// <summary>The attributes of a payload pointer.</summary>
    public static Dictionary<string, AttributeValue> WritePointer(PayloadPointer pointer)
    {
        var item = new Dictionary<string, AttributeValue>
        {
            [EventsTable.Segment] = Attributes.Text(pointer.Segment),
            [EventsTable.Offset] = Attributes.Number(pointer.Offset),
            [EventsTable.Length] = Attributes.Number(pointer.Length),
            [EventsTable.Sha256] = Attributes.Hex(pointer.Sha256),
        };
        if (pointer.HeadHash is { } head)
        {
            item[EventsTable.HeadHash] = Attributes.Hex(head);
        }

        return item;
    }

    /// <summary>All attributes of a record.</summary>
    /// <param name="stored">The record and its tokens.</param>
    /// <param name="retention">How long a final record is kept.</param>
    public static Dictionary<string, AttributeValue> Write(StoredItem stored, TimeSpan retention)
    {
        var item = WriteUnnumbered(stored, retention);
        EventLists.Number(item, stored.Record.Attempts);
        return item;
    }

    private static Dictionary<string, AttributeValue> WriteUnnumbered(StoredItem stored, TimeSpan retention)
    {
        var record = stored.Record;
        var item = WriteMetadata(record.Event);
        foreach (var (name, value) in EventKeys.KeyOf(record.Id).Concat(record.Payload is { } pointer ? WritePointer(pointer) : []))
        {
            item[name] = value;
        }

        item[EventsTable.Version] = Attributes.Binary(stored.Version);
        if (stored.Creation is { } creation)
        {
            item[EventsTable.Creation] = Attributes.Binary(creation);
        }

        if (record.AttemptCount > 0)
        {
            item[EventsTable.Attempts] = Attributes.Number(record.AttemptCount);
        }

        item.AddTime(EventsTable.LeaseUntil, record.LeaseUntil);
        item.AddTime(EventsTable.RetryAt, record.RetryAt);
        item.AddList(EventsTable.Runs, EventLists.Write(record.Attempts));
        item.AddList(EventsTable.History, EventLists.Write(record.History));
        if (record.ForgottenReplays > 0)
        {
            item[EventsTable.Forgotten] = Attributes.Number(record.ForgottenReplays);
        }

        item.AddList(EventsTable.Edits, record.EditedReplays.Select(id => Attributes.Text(id.ToString())));
        foreach (var (name, value) in WriteState(record, retention))
        {
            item[name] = value;
        }

        return item;
    }

    /// <summary>
    /// All attributes of the next record, with those that this version does not know: of the item, of its attempts and of its history. Only
    /// where they do not fit into an item do they give way.
    /// </summary>
    /// <param name="before">The item as it is stored.</param>
    /// <param name="stored">What this version read from it.</param>
    /// <param name="next">The record to store.</param>
    /// <param name="retention">How long a final record is kept.</param>
    public static Dictionary<string, AttributeValue> Rewrite(Dictionary<string, AttributeValue> before, StoredItem stored, StoredItem next, TimeSpan retention)
    {
        // Numbers depend on the places of attempts, so they are added at the end: the same attempt is written in the same way.
        var (known, written) = (WriteUnnumbered(stored, retention), WriteUnnumbered(next, retention));

        // What an earlier version stored there is stored under another name now.
        var old = before.Where(attribute => known.ContainsKey(attribute.Key) || attribute.Key is not (EventsTable.OldHistory or EventsTable.LeaseUntil)).ToDictionary();
        if (old.TryGetValue(EventsTable.Runs, out var runs))
        {
            // A claim appends to the list without removing the oldest.
            old[EventsTable.Runs] = Attributes.List(runs.L.TakeLast(IEventLedger.AttemptsKept));
        }

        var kept = Unknown<AttributeValue, AttributeForm>.Keep(old, known, written);
        var item = AttributeForm.SizeOf(kept) <= MaxItemBytes ? kept : written;
        EventLists.Number(item, next.Record.Attempts);
        return item;
    }

    /// <summary>
    /// The attributes of a record's state and effects, including those that indexes and time to live use. These are present
    /// exactly while the state calls for them, so transitions do not have to maintain them.
    /// </summary>
    public static Dictionary<string, AttributeValue> WriteState(EventRecord record, TimeSpan retention)
    {
        var item = new Dictionary<string, AttributeValue>
        {
            [EventsTable.Status] = Attributes.Text(record.Status.ToText()),
            [EventsTable.UpdatedAt] = Attributes.Time(record.UpdatedAt),
        };
        item.AddText(EventsTable.WaitingOn, record.WaitingOn?.ToString());
        item.AddList(EventsTable.Effects, record.Effects.Select(id => Attributes.Text(id.ToString())));
        if (record.EffectCount > 0)
        {
            item[EventsTable.EffectCount] = Attributes.Number(record.EffectCount);
        }

        if (record.PostponedCount > 0)
        {
            item[EventsTable.Postponed] = Attributes.Number(record.PostponedCount);
        }

        item.AddText(EventsTable.Attention, AttentionOf(record));

        // Only a failure that still needs attention appears in listings; earlier failures stay in the attempts.
        if (record.Status is EventStatus.Failed or EventStatus.Retrying && record.Error is { } failure)
        {
            item[EventsTable.Fingerprint] = Attributes.Text(EventLists.Pack(failure));
            item[EventsTable.Error] = Attributes.Text(EventLists.Trim(failure.Message));
        }

        // Waiting and running events never expire. A failed event does, and can be replayed until then.
        if (record.Status.IsFinal())
        {
            item[EventsTable.ExpiresAt] = Attributes.Number((record.UpdatedAt + retention).ToUnixTimeSeconds());
        }

        return item;
    }

    /// <summary>Reads an item. One that cannot be read, because a newer version wrote it, is that of an event with an unknown status, which nothing changes.</summary>
    public static StoredItem Read(Dictionary<string, AttributeValue> item) =>
        UnknownItems.TryRead(item, ReadKnown, out var form) ?? new StoredItem(UnknownItems.Read(item, form), item.FindBinary(EventsTable.Version) ?? [], item.FindBinary(EventsTable.Creation));

    /// <inheritdoc cref="Read"/>
    public static EventSummary ReadSummary(Dictionary<string, AttributeValue> item) =>
        UnknownItems.TryRead(item, ReadKnownSummary, out var form) ?? EventSummary.Of(UnknownItems.Read(item, form));

    private static StoredItem ReadKnown(Dictionary<string, AttributeValue> item)
    {
        var attempts = (int)(item.FindNumber(EventsTable.Attempts) ?? 0);
        var status = ReadStatus(item);
        var lease = item.FindTime(EventsTable.LeaseUntil);
        var record = new EventRecord(ReadMetadata(item))
        {
            Status = status,
            StoredStatus = status == EventStatus.Unknown ? item.GetText(EventsTable.Status) : null,
            UpdatedAt = item.GetTime(EventsTable.UpdatedAt),
            AttemptCount = attempts,
            LeaseUntil = status == EventStatus.Retrying ? null : lease,
            RetryAt = item.FindTime(EventsTable.RetryAt) ?? (status == EventStatus.Retrying ? lease : null),
            Payload = ReadPointer(item),
            WaitingOn = item.FindEntity(EventsTable.WaitingOn),
            Attempts = EventLists.ReadAttempts(item.FindList(EventsTable.Runs), attempts),
            History = [.. item.FindList(item.ContainsKey(EventsTable.History) ? EventsTable.History : EventsTable.OldHistory).Select(EventLists.ReadHistoryEntry)],
            Effects = [.. item.FindList(EventsTable.Effects).Select(id => EventId.Parse(id.S))],
            EffectCount = (int)(item.FindNumber(EventsTable.EffectCount) ?? 0),
            EditedReplays = [.. item.FindList(EventsTable.Edits).Select(id => EventId.Parse(id.S))],
            PostponedCount = (int)(item.FindNumber(EventsTable.Postponed) ?? 0),
            ForgottenReplays = (int)(item.FindNumber(EventsTable.Forgotten) ?? 0),
            IsMarkedLate = IsMarkedLate(item),
        };
        return new StoredItem(record, item.FindBinary(EventsTable.Version) ?? [], item.FindBinary(EventsTable.Creation));
    }

    private static EventSummary ReadKnownSummary(Dictionary<string, AttributeValue> item)
    {
        var status = ReadStatus(item);
        var (fingerprint, facts) = FailureFacts.Unpack(item.FindText(EventsTable.Fingerprint));
        return new EventSummary(
            ReadMetadata(item),
            status,
            item.GetTime(EventsTable.UpdatedAt),
            (int)(item.FindNumber(EventsTable.Attempts) ?? 0),
            item.FindEntity(EventsTable.WaitingOn),
            fingerprint,
            item.FindText(EventsTable.Error))
        {
            StoredStatus = status == EventStatus.Unknown ? item.GetText(EventsTable.Status) : null,
            Failure = facts,
        };
    }

    /// <summary>The key under which <see cref="EventsTable.ByAttention"/> lists a record, if it does.</summary>
    public static string? AttentionOf(EventRecord record)
    {
        var prefix = record.Status switch
        {
            EventStatus.Failed or EventStatus.Retrying or EventStatus.Waiting => record.Status.ToText(),

            // An event that is queued for the first time has no history, and one that was postponed has been claimed since.
            EventStatus.Queued when record.History.LastOrDefault(entry => entry.Kind != HistoryEntryKind.Dismissal) is { } sent && sent.AfterAttempt == record.AttemptCount => EventsTable.Requeued,
            _ when record.IsLate => EventsTable.Late,
            _ => null,
        };
        return prefix is null ? null : EventKeys.Sharded(prefix, EventKeys.ShardOf(record.Id));
    }

    private static EventMetadata ReadMetadata(Dictionary<string, AttributeValue> item) => new(
        EventId.Parse(item.GetText(EventsTable.SortKey)),
        item.GetText(EventsTable.Source),
        item.GetText(EventsTable.Account),
        item.GetText(EventsTable.Topic),
        item.GetText(EventsTable.Function),
        item.FindEntity(EventsTable.Entity),
        item.GetTime(EventsTable.ReceivedAt),
        item.FindHex(EventsTable.Trace),
        item.FindId(EventsTable.Causation),
        item.FindText(EventsTable.Correlation) ?? item.GetText(EventsTable.SortKey))
    {
        DeliveryId = item.FindText(EventsTable.Delivery),
    };

    private static PayloadPointer? ReadPointer(Dictionary<string, AttributeValue> item) =>
        item.FindText(EventsTable.Segment) is { } segment
            ? new PayloadPointer(segment, item.GetNumber(EventsTable.Offset), (int)item.GetNumber(EventsTable.Length), item.FindHex(EventsTable.Sha256) ?? "") { HeadHash = item.FindHex(EventsTable.HeadHash) }
            : null;

    private static EventStatus ReadStatus(Dictionary<string, AttributeValue> item) =>
        item.GetText(EventsTable.Status) == EventsTable.OldQueued ? EventStatus.Queued
        : EventStatusText.TryParse(item.GetText(EventsTable.Status), out var status) ? status : EventStatus.Unknown;

    /// <summary>Whether the item is listed as late although it was not when the event got its status.</summary>
    private static bool IsMarkedLate(Dictionary<string, AttributeValue> item) =>
        item.FindText(EventsTable.Attention) is { } attention && attention.StartsWith(EventsTable.Late, StringComparison.Ordinal)
        && item.GetTime(EventsTable.UpdatedAt) - EventId.Parse(item.GetText(EventsTable.SortKey)).Time <= EventRecord.LateAfter;
}

/// <summary>A record as it is stored.</summary>
/// <param name="Record">The record.</param>
/// <param name="Version">The token of the last write.</param>
/// <param name="Creation">The token of the put that created the record; null if a claim created it.</param>
internal sealed record StoredItem(EventRecord Record, byte[] Version, byte[]? Creation);
