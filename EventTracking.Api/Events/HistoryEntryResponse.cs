using EventTracking.Api.Documentation;
using EventTracking.Core.Events;

namespace EventTracking.Api.Events;

/// <summary>A replay, a release or a dismissal.</summary>
/// <param name="Kind">Which of them it is.</param>
/// <param name="By">The name of the key that requested it, or the event that released this one.</param>
/// <param name="At">When it was requested.</param>
/// <param name="Reason">Why it was requested.</param>
/// <param name="AfterAttempt">The number of attempts before it.</param>
/// <param name="Job">The bulk replay or dismissal that did it, for <c>GET /replays/{id}</c>; null if it was done to this event alone.</param>
internal sealed record HistoryEntryResponse([OneOf("HistoryKind", typeof(HistoryEntryKindText))] string Kind, string By, DateTimeOffset At, string? Reason, int AfterAttempt, [ReplayIdText] string? Job)
{
    public static HistoryEntryResponse From(HistoryEntry entry) => new(
        entry.Kind.ToText(), entry.By, entry.At, entry.Reason, entry.AfterAttempt, entry.Job);
}
