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
    private const char Separator = ';';
    private const char Times = '*';
    private const int Parts = 4;

    /// <summary>
    /// The form in which calls are stored, such as <c>0 183 100*200 shopify;190 96 200 brightpearl</c>; null if there are none. It is short,
    /// because nearly every record has some, and to keep a record costs more than to write it.
    /// </summary>
    internal static string? Write(IEnumerable<OutgoingCall> calls)
    {
        var text = string.Join(Separator, calls.Select(call => call.Write()));
        return text.Length == 0 ? null : text;
    }

    /// <summary>Reads what was stored; calls in another form are left out.</summary>
    internal static IReadOnlyList<OutgoingCall> Read(string? text) =>
        text is null ? [] : [.. text.Split(Separator).Select(Find).OfType<OutgoingCall>()];

    /// <summary>The text without what separates the parts of the stored form.</summary>
    internal static string Word(string text) => Name(text).Replace(' ', '-').Replace(Times, '-');

    /// <inheritdoc cref="Word"/>
    internal static string Name(string text) => text.Replace(Separator, ',');

    private string Write() => Events == 1
        ? string.Create(CultureInfo.InvariantCulture, $"{ElapsedMilliseconds} {DurationMilliseconds} {Result} {System}")
        : string.Create(CultureInfo.InvariantCulture, $"{ElapsedMilliseconds} {DurationMilliseconds} {Events}{Times}{Result} {System}");

    private static OutgoingCall? Find(string text)
    {
        if (text.Split(' ', Parts) is not [var began, var took, var result, var system] || Number(began) is not { } elapsed || Number(took) is not { } duration)
        {
            return null;
        }

        return result.Split(Times, 2) is [var times, var own] && Number(times) is { } events
            ? new OutgoingCall(elapsed, duration, events, own, system)
            : new OutgoingCall(elapsed, duration, 1, result, system);
    }

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
