using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace EventTracking.Core.Events;

/// <summary>
/// A 26-character ULID. The time part is when the source triggered the event; the random part is the first 80 bits
/// of SHA-256 over source, account and delivery id, so the same delivery always gets the same id (where the source tells no time, that of receipt takes its place, and a repeat is a new event).
/// </summary>
public readonly record struct EventId : IParsable<EventId>, IComparable<EventId>
{
    /// <summary>Characters of the text form.</summary>
    internal const int TextLength = 26;

    private const int TimeBytes = 6;
    private const int HashedBytes = 10;

    private readonly Ulid value;

    private EventId(Ulid value) => this.value = value;

    /// <summary>When the source triggered the event, in milliseconds.</summary>
    public DateTimeOffset Time => value.Time;

    /// <summary>The time part as it is written; an id that somebody made up may have one beyond the last time there is.</summary>
    internal long UnixMilliseconds
    {
        get
        {
            Span<byte> bytes = stackalloc byte[TimeBytes + HashedBytes];
            value.TryWriteBytes(bytes);
            return (long)(BinaryPrimitives.ReadUInt64BigEndian(bytes) >> 16);
        }
    }

    /// <summary>The id of a delivery: the same arguments always give the same id.</summary>
    /// <param name="source">Who sent it.</param>
    /// <param name="account">The sender's account.</param>
    /// <param name="deliveryId">What the sender keeps equal over its own retries.</param>
    /// <param name="time">When the source triggered it.</param>
    internal static EventId ForDelivery(string source, string account, string deliveryId, DateTimeOffset time)
    {
        // A separator that occurs in no header keeps ("a", "bc") and ("ab", "c") apart.
        var name = Encoding.UTF8.GetBytes(string.Join('\n', source, account, deliveryId));
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(name, hash);
        return new EventId(Ulid.NewUlid(time, hash[..HashedBytes]));
    }

    /// <summary>Not later than any id of an event at or after a time, and later than all ids before it: the bound of a range.</summary>
    internal static EventId FirstAt(DateTimeOffset time)
    {
        // Ids have whole milliseconds, so those of the begun one lie before the time.
        var begun = (time.UtcTicks % TimeSpan.TicksPerMillisecond) != 0;
        var milliseconds = Math.Max(0, time.ToUnixTimeMilliseconds() + (begun ? 1 : 0));

        // By its bytes, 48 bits of time and nothing else: the bound after the last time there is has no time of its own.
        Span<byte> lowest = stackalloc byte[TimeBytes + HashedBytes];
        lowest.Clear();
        BinaryPrimitives.WriteUInt64BigEndian(lowest, (ulong)milliseconds << 16);
        return new EventId(new Ulid(lowest));
    }

    /// <summary>Reads the text form; case does not matter, as in Crockford's base 32.</summary>
    /// <exception cref="FormatException">The text is not a ULID.</exception>
    public static EventId Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException($"'{s}' is not an event id: 26 characters of Crockford's base 32 are expected.");

    /// <summary>Reads the text form; false for anything that is not exactly a ULID.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out EventId result)
    {
        result = default;
        if (s is not { Length: TextLength } || !Ulid.TryParse(s, out var ulid))
        {
            return false;
        }

        // The library maps characters outside the alphabet silently; only a text that survives the round trip is an id.
        result = new EventId(ulid);
        return string.Equals(result.ToString(), s, StringComparison.OrdinalIgnoreCase);
    }

    /// <inheritdoc cref="TryParse(string?, IFormatProvider?, out EventId)"/>
    public static bool TryParse([NotNullWhen(true)] string? s, out EventId result) => TryParse(s, null, out result);

    /// <inheritdoc/>
    public int CompareTo(EventId other) => value.CompareTo(other.value);

    /// <summary>The canonical text, in upper case.</summary>
    public override string ToString() => value.ToString();

    /// <summary>Earlier in time, or smaller within one millisecond.</summary>
    public static bool operator <(EventId left, EventId right) => left.CompareTo(right) < 0;

    /// <summary>Later in time, or larger within one millisecond.</summary>
    public static bool operator >(EventId left, EventId right) => left.CompareTo(right) > 0;

    /// <summary>Not later.</summary>
    public static bool operator <=(EventId left, EventId right) => left.CompareTo(right) <= 0;

    /// <summary>Not earlier.</summary>
    public static bool operator >=(EventId left, EventId right) => left.CompareTo(right) >= 0;
}
