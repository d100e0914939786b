using System.Globalization;
using Amazon.DynamoDBv2.Model;
using EventTracking.Core.Backends.Aws.Tables;
using EventTracking.Core.Events;

namespace EventTracking.Core.Backends.Aws.Ledger;

/// <summary>Positions in the listings by time, as texts that sort in their order: the time, then the id.</summary>
internal static class TimeOrder
{
    // Sorts after every id, so that the text sorts after every event of the time.
    private const char AboveIds = '~';

    public static string Of(Dictionary<string, AttributeValue> row) => Text(row.GetNumber(EventsTable.UpdatedAt), row.GetText(EventsTable.SortKey));

    /// <summary>The position above all events of the row's time and below all later ones.</summary>
    public static string AboveTimeOf(Dictionary<string, AttributeValue> row) => Text(row.GetNumber(EventsTable.UpdatedAt), $"{AboveIds}");

    public static string Text(EventPosition position)
    {
        var ticks = position.UpdatedAt?.UtcTicks ?? throw new ArgumentException("A position in a listing by time needs a time.", nameof(position));

        // Nothing is below the lowest id of a time but above the earlier times, so both are the same position.
        return position.Id == default ? Text(ticks - 1, $"{AboveIds}") : Text(ticks, position.Id.ToString());
    }

    public static EventPosition Parse(string text)
    {
        var (ticks, id) = (TicksOf(text), text[(text.IndexOf('#', StringComparison.Ordinal) + 1)..]);
        return id[0] == AboveIds ? new(new(ticks + 1, TimeSpan.Zero), default) : new(new(ticks, TimeSpan.Zero), EventId.Parse(id));
    }

    public static long TicksOf(string text) => long.Parse(text.AsSpan(0, text.IndexOf('#', StringComparison.Ordinal)), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    private static string Text(long ticks, string id) => string.Create(CultureInfo.InvariantCulture, $"{ticks:D19}#{id}");
}
