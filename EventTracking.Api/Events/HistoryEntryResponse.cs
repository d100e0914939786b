using EventTracking.Api.Documentation;
using EventTracking.Core.Events;

namespace EventTracking.Api.Events;

/// <summary>A replay, a release or a dismissal.</summary>
/// <param name="Kind">Which of them it is.</param>
/// <param name="By">The name of the key that requested it, or the event that released this one.</param>
/// <param name="At">When it was requested.</param>
/// <param name="Reason">Why it was requested.</param>
/// <param name="AfterAttempt">The number of attempts before it.</param>
internal sealed record HistoryEntryResponse([OneOf("HistoryKind", typeof(HistoryEntryKindText))] string Kind, string By, DateTimeOffset At, string? Reason, int AfterAttempt)
{
    public static HistoryEntryResponse From(HistoryEntry entry) => new(
        entry.Kind.ToText(), entry.By, entry.At, entry.Reason, entry.AfterAttempt);
}
