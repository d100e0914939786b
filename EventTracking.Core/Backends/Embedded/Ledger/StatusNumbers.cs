using System.Globalization;
using EventTracking.Core.Events;

namespace EventTracking.Core.Backends.Embedded.Ledger;

/// <summary>The stored numbers of statuses, as parts of SQL statements.</summary>
internal static class StatusNumbers
{
    public static string Processing { get; } = NumberOf(EventStatus.Processing);

    public static string InFlight { get; } = List(EventStatus.Queued, EventStatus.Processing, EventStatus.Retrying);

    /// <summary>Those of events that may be late.</summary>
    public static string MayBeLate { get; } = List(EventStatus.Queued, EventStatus.Processing);

    public static string Final { get; } = List([.. Enum.GetValues<EventStatus>().Where(status => status.IsFinal())]);

    /// <summary>The condition of the indexes by attention, word for word, because otherwise SQLite does not use them.</summary>
    public static string NeedsAttention { get; } = $"status BETWEEN {NumberOf(EventStatus.Waiting)} AND {NumberOf(EventStatus.Failed)}";

    private static string List(params IEnumerable<EventStatus> statuses) => string.Join(", ", statuses.Select(NumberOf));

    private static string NumberOf(EventStatus status) => ((int)status).ToString(CultureInfo.InvariantCulture);
}
