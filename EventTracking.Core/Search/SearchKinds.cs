using System.Globalization;
using EventTracking.Core.Events;

namespace EventTracking.Core.Search;

/// <summary>What a text can be, by its form alone. It says what to try, not what it is.</summary>
internal static class SearchKinds
{
    public const string EventId = "event-id";
    public const string TraceId = "trace-id";
    public const string DeliveryId = "delivery-id";
    public const string Entity = "entity";
    public const string PayloadKey = "payload-key";
    public const string Address = "address";

    private const string Scheme = "://";

    private const int TraceIdLength = 32;
    private const int TraceTimeLength = 8;
    private const int LongestKind = 60;

    /// <summary>
    /// Returns the kinds that fit the form of the text. Any text can be a value in a payload, and nearly any the id that a sender gave to a
    /// delivery: what senders write there has no form.
    /// </summary>
    public static IReadOnlyList<string> Of(string text)
    {
        List<string> kinds = [];
        var isEvent = Events.EventId.TryParse(text, out _);
        var trace = TraceIdOf(text);
        Add(isEvent, EventId);
        Add(trace is not null, TraceId);
        Add(TryEntity(text, out _), Entity);

        Add(IsAddress(text), Address);
        Add(!isEvent && !IsAddress(text), DeliveryId);
        Add(true, PayloadKey);
        return kinds;

        void Add(bool fits, string kind)
        {
            if (fits)
            {
                kinds.Add(kind);
            }
        }
    }

    /// <summary>Reads a trace id as W3C and as X-Ray write it, also within a <c>traceparent</c> header; null if the text is none.</summary>
    public static string? TraceIdOf(string text)
    {
        var id = text.Split('-') switch
        {
            [var single] => single,
            ["1", { Length: TraceTimeLength } time, { Length: TraceIdLength - TraceTimeLength } random] => time + random,
            [{ Length: 2 }, { Length: TraceIdLength } trace, { Length: 16 }, { Length: 2 }] => trace,
            _ => "",
        };
        return id.Length == TraceIdLength && id.All(char.IsAsciiHexDigit) ? id.ToLowerInvariant() : null;
    }

    /// <summary>
    /// Returns the time that X-Ray writes into the first eight digits of a trace id; null if they are no time of the last
    /// <paramref name="age"/>. A random id looks like one by chance, once in about a hundred for an age of a year.
    /// </summary>
    public static DateTimeOffset? TimeOf(string traceId, DateTimeOffset now, TimeSpan age)
    {
        var time = DateTimeOffset.FromUnixTimeSeconds(long.Parse(traceId.AsSpan(0, TraceTimeLength), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        return time <= now.AddHours(1) && time >= now - age ? time : null;
    }

    /// <summary>Whether the text is an address, of a page or as Shopify writes ids.</summary>
    public static bool IsAddress(string text) => text.Contains(Scheme, StringComparison.Ordinal);

    /// <summary>The parts of an address, the last one first: one may be an id of ours.</summary>
    public static IEnumerable<string> PartsOf(string address) =>
        address[(address.IndexOf(Scheme, StringComparison.Ordinal) + Scheme.Length)..].Split(['/', '#', '?', '&', '='], StringSplitOptions.RemoveEmptyEntries).Skip(1).Reverse().Select(Uri.UnescapeDataString);

    /// <summary>An entity has a kind in lower case, such as <c>product:1008</c>.</summary>
    public static bool TryEntity(string text, out EntityKey entity) =>
        EntityKey.TryParse(text, null, out entity)
        && !IsAddress(text)
        && entity.Kind.Length <= LongestKind
        && entity.Kind.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character == '-');
}
