using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using EventTracking.Core.Compatibility;
using EventTracking.Core.Events;

namespace EventTracking.Core.Backends.Embedded.Ledger;

/// <summary>The JSON lists in an event's row. Their names are short because nearly every row has an attempt.</summary>
internal static class LedgerJson
{
    public static byte[]? Write(IReadOnlyList<Attempt> attempts) =>
        attempts.Count == 0 ? null : JsonSerializer.SerializeToUtf8Bytes([.. attempts.Select(ToStored)], LedgerJsonContext.Default.StoredAttemptArray);

    /// <param name="history">The entries that are kept.</param>
    /// <param name="forgotten">How many replays and releases are not among them any more; the oldest entry says so.</param>
    public static byte[]? Write(IReadOnlyList<HistoryEntry> history, int forgotten) => history.Count == 0 ? null : JsonSerializer.SerializeToUtf8Bytes(
        [.. history.Select((entry, index) => ToStored(entry) with { Forgotten = index == 0 && forgotten > 0 ? forgotten : null })], LedgerJsonContext.Default.StoredHistoryEntryArray);

    /// <summary>The attempts as they are to be stored, with what a newer version stored of them and this one does not know.</summary>
    /// <param name="stored">The JSON as it is stored; empty if there are none.</param>
    /// <param name="next">The attempts to store.</param>
    public static byte[]? Rewrite(ReadOnlyMemory<byte> stored, IReadOnlyList<Attempt> next) => Rewrite(stored, Write(ReadAttempts(stored.Span)), Write(next));

    /// <summary>The history as it is to be stored, with what a newer version stored of it.</summary>
    /// <param name="stored">The JSON as it is stored; empty if there are no entries.</param>
    /// <param name="next">The record to store.</param>
    public static byte[]? RewriteHistory(ReadOnlyMemory<byte> stored, EventRecord next)
    {
        var (known, before) = ReadHistory(stored.Span);
        if (before == 0 && next.ForgottenReplays == 0)
        {
            return Rewrite(stored, Write(known, 0), Write(next.History, 0));
        }

        // The number moves to the entry that is the oldest now, which has not changed otherwise.
        var kept = JsonNode.Parse(Rewrite(stored, Write(known, 0), Write(next.History, 0)) ?? "[]"u8.ToArray())!.AsArray();
        kept[0]!["z"] = next.ForgottenReplays;
        return Encoding.UTF8.GetBytes(kept.ToJsonString());
    }

    private static byte[]? Rewrite(ReadOnlyMemory<byte> stored, byte[]? known, byte[]? next) =>
        stored.IsEmpty || known is null || next is null ? next : JsonForm.Keep(stored.Span, known, next);

    public static byte[]? Write(IReadOnlyList<EventId> ids) =>
        ids.Count == 0 ? null : JsonSerializer.SerializeToUtf8Bytes([.. ids.Select(id => id.ToString())], LedgerJsonContext.Default.StringArray);

    public static IReadOnlyList<Attempt> ReadAttempts(ReadOnlySpan<byte> json) =>
        json.IsEmpty ? [] : [.. (JsonSerializer.Deserialize(json, LedgerJsonContext.Default.StoredAttemptArray) ?? []).Select(FromStored)];

    /// <summary>Returns the entries, and how many replays and releases are not among them any more.</summary>
    public static (IReadOnlyList<HistoryEntry> Entries, int Forgotten) ReadHistory(ReadOnlySpan<byte> json)
    {
        var stored = json.IsEmpty ? [] : JsonSerializer.Deserialize(json, LedgerJsonContext.Default.StoredHistoryEntryArray) ?? [];
        return ([.. stored.Select(FromStored)], stored is [{ Forgotten: { } forgotten }, ..] ? forgotten : 0);
    }

    public static IReadOnlyList<EventId> ReadIds(ReadOnlySpan<byte> json) =>
        json.IsEmpty ? [] : [.. (JsonSerializer.Deserialize(json, LedgerJsonContext.Default.StringArray) ?? []).Select(id => EventId.Parse(id))];

    private static StoredAttempt ToStored(Attempt attempt) => new(
        attempt.Number,
        attempt.StartedAt.UtcTicks,
        attempt.EndedAt?.UtcTicks,
        attempt.Outcome,
        attempt.Detail,
        attempt.Steps.Count == 0 ? null : [.. attempt.Steps.Select(step => string.Create(CultureInfo.InvariantCulture, $"{step.ElapsedMilliseconds} {step.Name}"))],
        OutgoingCall.Write(attempt.Calls),
        attempt.Failure);

    private static Attempt FromStored(StoredAttempt stored) => new(
        stored.Number,
        ToTime(stored.StartedAt),
        stored.EndedAt is { } ended ? ToTime(ended) : null,
        stored.Outcome is { } outcome ? EventStatusText.OfNumber((int)outcome) : null,
        stored.Detail,
        stored.Steps is null ? [] : [.. stored.Steps.Select(ToStep)],
        stored.Failure is { Type: null } or { Message: null } or { Causes: null } or { Fingerprint: null } ? throw new JsonException("A failure lacks a member that every version has written.") : stored.Failure)
    {
        Calls = OutgoingCall.Read(stored.Calls),
    };

    private static Step ToStep(string stored)
    {
        var space = stored.IndexOf(' ', StringComparison.Ordinal);
        return space > 0 && int.TryParse(stored.AsSpan(0, space), CultureInfo.InvariantCulture, out var elapsed) ? new Step(elapsed, stored[(space + 1)..]) : new Step(0, stored);
    }

    private static StoredHistoryEntry ToStored(HistoryEntry entry) =>
        new(entry.Kind, entry.By, entry.At.UtcTicks, entry.Reason, entry.AfterAttempt, entry.Job);

    private static HistoryEntry FromStored(StoredHistoryEntry stored) =>
        new(stored.Kind, stored.By ?? throw new JsonException("An entry of the history does not say by whom it is."), ToTime(stored.At), stored.Reason, stored.AfterAttempt) { Job = stored.Job };

    private static DateTimeOffset ToTime(long ticks) => new(ticks, TimeSpan.Zero);
}

internal sealed record StoredAttempt(
    [property: JsonPropertyName("n")] int Number,
    [property: JsonPropertyName("s")] long StartedAt,
    [property: JsonPropertyName("e")] long? EndedAt,
    [property: JsonPropertyName("o")] EventStatus? Outcome,
    [property: JsonPropertyName("d")] string? Detail,
    [property: JsonPropertyName("t")] string[]? Steps,
    [property: JsonPropertyName("c")] string? Calls,
    [property: JsonPropertyName("f")] Failure? Failure);

internal sealed record StoredHistoryEntry(
    [property: JsonPropertyName("k")] HistoryEntryKind Kind,
    [property: JsonPropertyName("b")] string By,
    [property: JsonPropertyName("t")] long At,
    [property: JsonPropertyName("r")] string? Reason,
    [property: JsonPropertyName("a")] int AfterAttempt,
    [property: JsonPropertyName("j")] string? Job)
{
    /// <summary>How many replays and releases before the oldest entry are not kept.</summary>
    [JsonPropertyName("z")]
    public int? Forgotten { get; init; }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StoredAttempt[]))]
[JsonSerializable(typeof(StoredHistoryEntry[]))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class LedgerJsonContext : JsonSerializerContext;
