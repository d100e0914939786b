using EventTracking.Core.Events;
using EventTracking.Core.Payloads;

namespace EventTracking.Tests.Rules.Events;

/// <summary>An event of a webhook about product 1008, and what happens to it, around one time.</summary>
internal static class Given
{
    public static readonly DateTimeOffset Now = new(2026, 11, 23, 10, 15, 30, TimeSpan.Zero);

    public static readonly EntityKey Product = new("product", "1008");

    public static readonly EventId Id = EventId.Parse("01M83YEMEGWQ4Z6XANSQNFQZEY");

    public static readonly EventMetadata Event = new(Id, "brightpearl", "acme", "product.modified.on-hand-modified", "stock-sync", Product, Now, null, null, "correlation");

    public static EventRecord Record(EventStatus status, int attempts = 1) => new(Event)
    {
        Status = status,
        UpdatedAt = Now,
        AttemptCount = attempts,
        Attempts = [.. Enumerable.Range(1, attempts).Select(Attempt)],
    };

    public static Attempt Attempt(int number) => new(number, Now, null, null, null, [], null);

    public static Attempt Ended(int number, EventStatus outcome, Failure? failure = null) => Attempt(number) with { EndedAt = Now.AddSeconds(5), Outcome = outcome, Failure = failure };

    public static Failure Failure(string fingerprint = "fingerprint", string? stack = "at Somewhere", bool transient = true) =>
        new("IOException", null, "reset", [], null, stack, fingerprint, transient);

    public static HistoryEntry HistoryEntry(HistoryEntryKind kind, int afterAttempt = 0) => new(kind, "ann", Now, "why", afterAttempt);

    public static PayloadPointer Pointer(string segment = "payloads/2026/11/23/a.jsonl.gz") => new(segment, 0, 420, new string('a', 64));
}
