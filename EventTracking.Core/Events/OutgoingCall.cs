using System.Globalization;

namespace EventTracking.Core.Events;

/// <summary>A call that an attempt made to another system.</summary>
/// <param name="ElapsedMilliseconds">When it began: the time since the start of the attempt, in milliseconds.</param>
/// <param name="DurationMilliseconds">How long it took, with all its tries, in milliseconds.</param>
/// <param name="Events">How many events shared it; 1 if it was made for this one alone.</param>
/// <param name="Result">The HTTP status, or the code of the error if there was no usable response.</param>
/// <param name="System">What was called, e.g. <c>shopify</c>.</param>
public readonly record struct OutgoingCall(int ElapsedMilliseconds, int DurationMilliseconds, int Events, string Result, string System)
{
    private const int Parts = 5;

    /// <summary>The form in which it is stored. It is short, because nearly every record has two.</summary>
    internal string ToText() => string.Create(CultureInfo.InvariantCulture, $"{ElapsedMilliseconds} {DurationMilliseconds} {Events} {Result} {System}");

    /// <summary>Returns null if the text has another form.</summary>
    internal static OutgoingCall? FindIn(string text) =>
        text.Split(' ', Parts) is [var elapsed, var duration, var events, var result, var system]
        && Number(elapsed) is { } began && Number(duration) is { } took && Number(events) is { } shared
            ? new OutgoingCall(began, took, shared, result, system)
            : null;

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
