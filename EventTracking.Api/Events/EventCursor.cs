using System.Globalization;
using EventTracking.Core.Events;

namespace EventTracking.Api.Events;

/// <summary>The text of a position in a list: the event's id, and in a list by time the time in front of it.</summary>
internal static class EventCursor
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'";
    private const char Separator = '~';

    /// <summary>The length of a position in a list by time: a time of 28 characters, the separator and an event's id of 26.</summary>
    public const int MaxLength = 55;

    public static string Write(EventPosition position) => position.UpdatedAt is { } time
        ? string.Create(CultureInfo.InvariantCulture, $"{time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture)}{Separator}{position.Id}")
        : position.Id.ToString();

    /// <summary>Returns false for anything but a position in a list of this order.</summary>
    public static bool TryParse(string? text, EventOrder order, out EventPosition position)
    {
        position = default;
        DateTimeOffset? updatedAt = null;
        var id = text;
        if (order == EventOrder.Updated)
        {
            if (text?.Split(Separator) is not [var time, var rest] || !TryParseTime(time, out var parsed))
            {
                return false;
            }

            (updatedAt, id) = (parsed, rest);
        }

        var isId = EventId.TryParse(id, out var eventId);
        position = new EventPosition(updatedAt, eventId);
        return isId;
    }

    private static bool TryParseTime(string text, out DateTimeOffset time) =>
        DateTimeOffset.TryParseExact(text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);
}
