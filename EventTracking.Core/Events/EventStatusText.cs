using System.Collections.Frozen;

namespace EventTracking.Core.Events;

/// <summary>The text form of statuses: lower case, both in stores and over HTTP.</summary>
internal static class EventStatusText
{
    private const string Unknown = "unknown";

    private static readonly string[] Texts =
        ["queued", "processing", "succeeded", "superseded", "ignored", "waiting", "retrying", "failed", "dismissed"];

    private static readonly FrozenDictionary<string, EventStatus> Statuses =
        Texts.Select((text, index) => (text, index)).ToFrozenDictionary(pair => pair.text, pair => (EventStatus)pair.index, StringComparer.OrdinalIgnoreCase);

    /// <summary>The statuses that an event can be given.</summary>
    public static IReadOnlyList<string> All => Texts;

    /// <summary>The statuses that an event can be shown with.</summary>
    public static IReadOnlyList<string> Shown { get; } = [.. Texts, Unknown];

    public static string ToText(this EventStatus status) => (uint)status < Texts.Length ? Texts[(int)status] : Unknown;

    /// <summary>Returns the status with a stored number.</summary>
    public static EventStatus OfNumber(int number) => (uint)number < Texts.Length ? (EventStatus)number : EventStatus.Unknown;

    public static bool TryParse(string? text, out EventStatus status)
    {
        status = default;
        return text is not null && Statuses.TryGetValue(text, out status);
    }

    /// <summary>Returns whether the event is on a queue or an attempt is processing it.</summary>
    public static bool IsInFlight(this EventStatus status) => status is EventStatus.Queued or EventStatus.Processing or EventStatus.Retrying;

    /// <summary>Returns whether the event failed, is to be retried or waits: lists of these are ordered by when that happened.</summary>
    public static bool NeedsAttention(this EventStatus status) => status is EventStatus.Waiting or EventStatus.Retrying or EventStatus.Failed;

    /// <summary>Returns whether no further attempt follows automatically and the event does not wait.</summary>
    public static bool IsFinal(this EventStatus status) =>
        status is EventStatus.Succeeded or EventStatus.Superseded or EventStatus.Ignored or EventStatus.Failed or EventStatus.Dismissed;
}
