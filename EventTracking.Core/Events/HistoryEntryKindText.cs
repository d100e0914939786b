namespace EventTracking.Core.Events;

/// <summary>The text form of the kinds of history entries, both over HTTP and in metrics.</summary>
internal static class HistoryEntryKindText
{
    public static IReadOnlyList<string> All { get; } = [.. Enum.GetValues<HistoryEntryKind>().Select(ToText), Unknown];

    /// <summary>A kind that only a newer version of the product knows.</summary>
    private const string Unknown = "unknown";

    public static string ToText(this HistoryEntryKind kind) => kind switch
    {
        HistoryEntryKind.Replay => "replay",
        HistoryEntryKind.BulkReplay => "bulk-replay",
        HistoryEntryKind.Release => "release",
        HistoryEntryKind.Dismissal => "dismissal",
        _ => Unknown,
    };
}
