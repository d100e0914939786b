using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using EventTracking.Core.Events;

namespace EventTracking.Core.Backends.Embedded.Ledger;

/// <summary>The JSON lists in an event's row. Their names are short because nearly every row has an attempt.</summary>
internal static class LedgerJson
{
    public static byte[]? Write(IReadOnlyList<Attempt> attempts) =>
        attempts.Count == 0 ? null : JsonSerializer.SerializeToUtf8Bytes([.. attempts.Select(ToStored)], LedgerJsonContext.Default.StoredAttemptArray);

    public static byte[]? Write(IReadOnlyList<HistoryEntry> history) =>
        history.Count == 0 ? null : JsonSerializer.SerializeToUtf8Bytes([.. history.Select(ToStored)], LedgerJsonContext.Default.StoredHistoryEntryArray);

    public static byte[]? Write(IReadOnlyList<EventId> ids) =>
        ids.Count == 0 ? null : JsonSerializer.SerializeToUtf8Bytes([.. ids.Select(id => id.ToString())], LedgerJsonContext.Default.StringArray);

    public static IReadOnlyList<Attempt> ReadAttempts(ReadOnlySpan<byte> json) =>
        json.IsEmpty ? [] : [.. (JsonSerializer.Deserialize(json, LedgerJsonContext.Default.StoredAttemptArray) ?? []).Select(FromStored)];

    public static IReadOnlyList<HistoryEntry> ReadHistory(ReadOnlySpan<byte> json) =>
        json.IsEmpty ? [] : [.. (JsonSerializer.Deserialize(json, LedgerJsonContext.Default.StoredHistoryEntryArray) ?? []).Select(FromStored)];

    public static IReadOnlyList<EventId> ReadIds(ReadOnlySpan<byte> json) =>
        json.IsEmpty ? [] : [.. (JsonSerializer.Deserialize(json, LedgerJsonContext.Default.StringArray) ?? []).Select(id => EventId.Parse(id))];

    private static StoredAttempt ToStored(Attempt attempt) => new(
        attempt.Number,
        attempt.StartedAt.UtcTicks,
        attempt.EndedAt?.UtcTicks,
        attempt.Outcome,
        attempt.Detail,
        attempt.Steps.Count == 0 ? null : [.. attempt.Steps.Select(step => string.Create(CultureInfo.InvariantCulture, $"{step.ElapsedMilliseconds} {step.Name}"))],
        attempt.Failure);

    private static Attempt FromStored(StoredAttempt stored) => new(
        stored.Number,
        ToTime(stored.StartedAt),
        stored.EndedAt is { } ended ? ToTime(ended) : null,
        stored.Outcome,
        stored.Detail,
        stored.Steps is null ? [] : [.. stored.Steps.Select(ToStep)],
        stored.Failure);

    private static Step ToStep(string stored)
    {
        var space = stored.IndexOf(' ', StringComparison.Ordinal);
        return new Step(int.Parse(stored.AsSpan(0, space), CultureInfo.InvariantCulture), stored[(space + 1)..]);
    }

    private static StoredHistoryEntry ToStored(HistoryEntry entry) =>
        new(entry.Kind, entry.By, entry.At.UtcTicks, entry.Reason, entry.AfterAttempt, entry.Job);

    private static HistoryEntry FromStored(StoredHistoryEntry stored) =>
        new(stored.Kind, stored.By, ToTime(stored.At), stored.Reason, stored.AfterAttempt) { Job = stored.Job };

    private static DateTimeOffset ToTime(long ticks) => new(ticks, TimeSpan.Zero);
}

internal sealed record StoredAttempt(
    [property: JsonPropertyName("n")] int Number,
    [property: JsonPropertyName("s")] long StartedAt,
    [property: JsonPropertyName("e")] long? EndedAt,
    [property: JsonPropertyName("o")] EventStatus? Outcome,
    [property: JsonPropertyName("d")] string? Detail,
    [property: JsonPropertyName("t")] string[]? Steps,
    [property: JsonPropertyName("f")] Failure? Failure);

internal sealed record StoredHistoryEntry(
    [property: JsonPropertyName("k")] HistoryEntryKind Kind,
    [property: JsonPropertyName("b")] string By,
    [property: JsonPropertyName("t")] long At,
    [property: JsonPropertyName("r")] string? Reason,
    [property: JsonPropertyName("a")] int AfterAttempt,
    [property: JsonPropertyName("j")] string? Job);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StoredAttempt[]))]
[JsonSerializable(typeof(StoredHistoryEntry[]))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class LedgerJsonContext : JsonSerializerContext;
