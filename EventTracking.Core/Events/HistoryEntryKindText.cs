namespace EventTracking.Core.Events;

/// <summary>Kinds of history entries as they are written, over HTTP and in metrics alike.</summary>
internal static class HistoryEntryKindText
{
    public static string ToText(this HistoryEntryKind kind) => kind switch
    {
        HistoryEntryKind.Replay => "replay",
        HistoryEntryKind.BulkReplay => "bulk-replay",
        HistoryEntryKind.Release => "release",
        HistoryEntryKind.Dismissal => "dismissal",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such kind of history entry."),
    };
}
