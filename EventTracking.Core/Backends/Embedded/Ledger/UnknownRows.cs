using System.Globalization;
using System.Text.Json;
using EventTracking.Core.Backends.Embedded.Storage;
using EventTracking.Core.Events;

namespace EventTracking.Core.Backends.Embedded.Ledger;

/// <summary>Rows that this version cannot read, because a newer one or a hand wrote them. They are shown as far as they can be, and left alone.</summary>
internal static class UnknownRows
{
    /// <summary>Returns null, and what is wrong, if the row cannot be read.</summary>
    public static T? TryRead<T>(Statement row, Func<Statement, T> read, out string form)
        where T : class
    {
        form = "";
        try
        {
            return read(row);
        }
        catch (Exception exception) when (exception is JsonException or FormatException or OverflowException or ArgumentException or NullReferenceException)
        {
            form = $"unreadable: {exception.GetType().Name}";
            return null;
        }
    }

    /// <summary>What can be shown of a row that cannot be read. Only its id is certain.</summary>
    /// <param name="row">The row, which begins with <see cref="LedgerTable.MetadataColumns"/>.</param>
    /// <param name="updatedAt">The column of the time by which lists are ordered.</param>
    /// <param name="form">What is wrong with it.</param>
    public static EventRecord Read(Statement row, int updatedAt, string form)
    {
        var metadata = ReadMetadata(row);

        // Lists by time go on from it, unless just that cannot be read.
        var ticks = row.GetNumber(updatedAt);
        var isTime = ticks >= 0 && ticks <= DateTimeOffset.MaxValue.UtcTicks;
        return new EventRecord(metadata) { Status = EventStatus.Unknown, StoredStatus = form, UpdatedAt = isTime ? new DateTimeOffset(ticks, TimeSpan.Zero) : metadata.ReceivedAt };
    }

    /// <summary>What is certain about an event, and the texts that say whose it is.</summary>
    /// <param name="row">The row, which begins with <see cref="LedgerTable.MetadataColumns"/>.</param>
    public static EventMetadata ReadMetadata(Statement row)
    {
        var id = EventId.Parse(row.GetText(0), CultureInfo.InvariantCulture);
        return new EventMetadata(id, row.GetText(1), row.GetText(2), row.GetText(3), row.GetText(4), null, id.Time, null, null, id.ToString());
    }
}
