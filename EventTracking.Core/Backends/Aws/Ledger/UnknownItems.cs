using System.Globalization;
using Amazon.DynamoDBv2.Model;
using EventTracking.Core.Backends.Aws.Tables;
using EventTracking.Core.Events;

namespace EventTracking.Core.Backends.Aws.Ledger;

/// <summary>Items of a newer version that this one cannot read. They are shown as far as they can be, and left alone.</summary>
internal static class UnknownItems
{
    /// <summary>Returns null, and what is not known, if the item has a newer form or cannot be read.</summary>
    public static T? TryRead<T>(Dictionary<string, AttributeValue> item, Func<Dictionary<string, AttributeValue>, T> read, out string form)
        where T : class
    {
        form = "";
        try
        {
            if (!(item.FindNumber(EventsTable.Format) > EventsTable.NewestFormat))
            {
                return read(item);
            }

            form = $"format {item.FindNumber(EventsTable.Format)}";
        }
        catch (Exception exception) when (exception is FormatException or OverflowException or ArgumentException or KeyNotFoundException or NullReferenceException)
        {
            form = $"unreadable: {exception.GetType().Name}";
        }

        return null;
    }

    /// <summary>What can be shown of an item that cannot be read. Only its id is certain.</summary>
    /// <param name="item">The item.</param>
    /// <param name="form">What is not known about it.</param>
    public static EventRecord Read(Dictionary<string, AttributeValue> item, string form)
    {
        var id = EventId.Parse(item.GetText(EventsTable.SortKey));
        var metadata = new EventMetadata(id, TextOf(EventsTable.Source), TextOf(EventsTable.Account), TextOf(EventsTable.Topic), TextOf(EventsTable.Function), null, id.Time, null, null, id.ToString());

        // Lists by time are ordered by it, so the item has the time unless just that cannot be read.
        var isTime = long.TryParse(item.GetValueOrDefault(EventsTable.UpdatedAt)?.N, CultureInfo.InvariantCulture, out var ticks) && ticks >= 0 && ticks <= DateTimeOffset.MaxValue.UtcTicks;
        return new EventRecord(metadata) { Status = EventStatus.Unknown, StoredStatus = form, UpdatedAt = isTime ? new DateTimeOffset(ticks, TimeSpan.Zero) : id.Time };

        string TextOf(string name) => item.FindText(name) ?? EventStatus.Unknown.ToText();
    }
}
