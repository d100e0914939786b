using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace EventTracking.Core.Events;

/// <summary>
/// The id of an event: a ULID of 26 characters. The time part is when the source triggered the event; the random part is the first
/// 80 bits of SHA-256 over source, account and delivery id. The same delivery therefore always gets the same id. If the source
/// gives no time, the time of receipt takes its place, and a repeated delivery becomes a new event.
/// </summary>
public readonly record struct EventId : IParsable<EventId>, IComparable<EventId>
{
    /// <summary>The number of characters of the text form.</summary>
    internal const int TextLength = 26;

    private const int TimeTextLength = 10;
    private const int TimeBytes = 6;
    private const int HashedBytes = 10;
    private const int MaxBytesOnStack = 512;

    private readonly Ulid value;

    private EventId(Ulid value) => this.value = value;

    /// <summary>When the source triggered the event, to the millisecond.</summary>
    public DateTimeOffset Time => value.Time;

    /// <summary>The time part as a number. The time part of a made-up id may lie beyond the last date that .NET can represent.</summary>
    internal long UnixMilliseconds
    {
        get
        {
            Span<byte> bytes = stackalloc byte[TimeBytes + HashedBytes];
            value.TryWriteBytes(bytes);
            return (long)(BinaryPrimitives.ReadUInt64BigEndian(bytes) >> 16);
        }
    }

    /// <summary>The part of the text that does not depend on the time: the same for every delivery with the same source, account and delivery id.</summary>
    internal string HashText => ToString()[TimeTextLength..];

    /// <summary>Computes the id of a delivery. The same arguments always result in the same id.</summary>
    /// <param name="source">The sender.</param>
    /// <param name="account">The sender's account.</param>
    /// <param name="deliveryId">The id that the sender repeats when it retries the delivery.</param>
    /// <param name="time">When the source triggered the delivery.</param>
    internal static EventId ForDelivery(string source, string account, string deliveryId, DateTimeOffset time)
    {
        // A separator that cannot occur in a header keeps ("a", "bc") and ("ab", "c") apart.
        var most = Encoding.UTF8.GetMaxByteCount(source.Length + account.Length + deliveryId.Length + 2);
        var name = most <= MaxBytesOnStack ? stackalloc byte[MaxBytesOnStack] : new byte[most];
        var length = Encoding.UTF8.GetBytes(source, name);
        name[length++] = (byte)'\n';
        length += Encoding.UTF8.GetBytes(account, name[length..]);
        name[length++] = (byte)'\n';
        length += Encoding.UTF8.GetBytes(deliveryId, name[length..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(name[..length], hash);
        return new EventId(Ulid.NewUlid(time, hash[..HashedBytes]));
    }

    /// <summary>Returns the smallest possible id at or after a time, as the bound of a range.</summary>
    internal static EventId FirstAt(DateTimeOffset time)
    {
        // Ids have whole milliseconds, so the ids of a millisecond that has already started lie before the time.
        var begun = (time.UtcTicks % TimeSpan.TicksPerMillisecond) != 0;
        var milliseconds = Math.Max(0, time.ToUnixTimeMilliseconds() + (begun ? 1 : 0));

        // The id is written as bytes, 48 bits of time and the rest zero, because the bound after the last date that .NET can represent has no DateTimeOffset.
        Span<byte> lowest = stackalloc byte[TimeBytes + HashedBytes];
        lowest.Clear();
        BinaryPrimitives.WriteUInt64BigEndian(lowest, (ulong)milliseconds << 16);
        return new EventId(new Ulid(lowest));
    }

    /// <summary>Reads the text form. As in Crockford's base 32, case does not matter.</summary>
    /// <exception cref="FormatException">The text is not a ULID.</exception>
    public static EventId Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException($"'{s}' is not an event id. Expected {TextLength} characters of Crockford's base 32.");

    /// <summary>Reads the text form; returns false for anything that is not exactly a ULID.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out EventId result)
    {
        result = default;
        if (s is not { Length: TextLength } || !Ulid.TryParse(s, out var ulid))
        {
            return false;
        }

        // The library silently maps characters outside the alphabet, so only a text that survives the round trip is an id.
        result = new EventId(ulid);
        return string.Equals(result.ToString(), s, StringComparison.OrdinalIgnoreCase);
    }

    /// <inheritdoc cref="TryParse(string?, IFormatProvider?, out EventId)"/>
    public static bool TryParse([NotNullWhen(true)] string? s, out EventId result) => TryParse(s, null, out result);

    /// <inheritdoc/>
    public int CompareTo(EventId other) => value.CompareTo(other.value);

    /// <summary>Returns the canonical text, in upper case.</summary>
    public override string ToString() => value.ToString();

    /// <summary>Returns whether the left id is earlier in time, or smaller within the same millisecond.</summary>
    public static bool operator <(EventId left, EventId right) => left.CompareTo(right) < 0;

    /// <summary>Returns whether the left id is later in time, or larger within the same millisecond.</summary>
    public static bool operator >(EventId left, EventId right) => left.CompareTo(right) > 0;

    /// <summary>Returns whether the left id is earlier than or equal to the right one.</summary>
    public static bool operator <=(EventId left, EventId right) => left.CompareTo(right) <= 0;

    /// <summary>Returns whether the left id is later than or equal to the right one.</summary>
    public static bool operator >=(EventId left, EventId right) => left.CompareTo(right) >= 0;
}
